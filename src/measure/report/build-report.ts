import { markup } from '../../report/markup.ts'
import { page, verdictSection } from '../../report/page.ts'
import type { Plot } from '../../report/plot/frame.ts'
import { day } from '../../report/words.ts'
import type { Run } from '../records/run.ts'
import type { Summary } from '../summary/schema.ts'
import { banner } from './banner.ts'
import { configurationOf } from './configuration.ts'
import { definitions } from './definitions.ts'
import { machineOf, targetsOf, unseen } from './details.ts'
import { figuresSection, figuresOf as plotsOf } from './figures.ts'
import type { Observed } from './observed.ts'
import { figuresOf } from './table.ts'

export interface Report {
  /** One file that needs no other, no script and no network. */
  html: string
  /** Each a file of its own, as it is in the page. */
  plots: Plot[]
}

/**
 * What an engineer sends to a colleague: the verdict in words, then figures, plots, and how they came
 * about. The same run gives the same bytes.
 *
 * @param observed what `observe` has made of the run's records
 */
export function buildReport({
  run,
  summary,
  observed,
}: {
  run: Run
  summary: Summary
  observed: readonly Observed[]
}): Report {
  const figures = plotsOf(observed)
  const { name, description } = run.scenario
  const [first = 'Nothing was measured.', ...others] = summary.verdict
  const body = markup`<header>
<p class="what">unblock measure · ${day(run.startedAt)} · ${targetsOf(run).join(', ')}</p>
<h1>${name}${description !== '' && markup`<small>${description}</small>`}</h1>
</header>
${verdictSection(first, others)}${banner(summary)}<section class="figures">
<h2>Figures</h2>
${
  summary.conditions.length === 0
    ? markup`<p>No condition was measured.</p>\n`
    : figuresOf(summary.conditions)
}</section>
<section>
<h2>Plots</h2>
${figuresSection(figures)}</section>
<section class="details">
<h2>How it was measured</h2>
${machineOf(run)}<h3>Command</h3>
<pre><code>${run.command}</code></pre>
<h3>Configuration</h3>
<p class="how">As a scenario file that asks for the same again.</p>
<pre><code>${configurationOf(run.scenario)}</code></pre>
<h2>What the figures mean</h2>
${definitions(summary)}<h2>What this run did not see</h2>
<ul>${unseen(run, summary).map((line) => markup`<li>${line}</li>`)}</ul>
</section>
`
  const version = run.machine.unblock
  const html = page({
    title: `${name}: ${day(run.startedAt)}`,
    version,
    body,
    footer: `Run ${run.id} · made by Unblock ${version} from the records of each request, which are kept beside this file.`,
  })
  return { html, plots: [...figures.whole, ...figures.overTime].map(({ plot }) => plot) }
}
