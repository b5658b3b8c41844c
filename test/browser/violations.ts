import axe from 'axe-core'
import type { Page } from 'playwright-core'

interface Results {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[]
}

/** What axe-core finds wrong with a page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  // In the page's own world, where its policy lets no script in that is not the page's: through the debugger.
  const found = (await page.evaluate(`${axe.source}; axe.run()`)) as Results
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`),
  )
}
