import { figures } from '../../report/figure.ts'
import { type Markup, markup } from '../../report/markup.ts'
import { ofExecutor } from '../../report/plot/palette.ts'
import { table } from '../../report/table.ts'
import { cell as digits, figure } from '../../report/words.ts'
import type { Plan, PolicyOutcome } from '../answer/plan.ts'
import { balancedOf } from './balanced.ts'
import { policiesPlot } from './plot/policies.ts'
import { orNever, percent, sizeOf } from './words.ts'

const columns: { group: string; name: string; of: (policy: PolicyOutcome) => string }[] = [
  { group: 'latency, ms', name: 'p50', of: ({ p50 }) => orNever(p50, digits) },
  { group: 'latency, ms', name: 'p95', of: ({ p95 }) => orNever(p95, digits) },
  { group: 'latency, ms', name: 'p99', of: ({ p99 }) => orNever(p99, digits) },
  { group: 'latency, ms', name: 'p99.9', of: ({ p999 }) => orNever(p999, digits) },
  { group: 'not done', name: 'refused', of: ({ refused }) => percent(refused) },
]

/** How the choice of a server changes the tail, and the plot that shows it; null where it was not compared. */
export function balancing(plan: Plan) {
  const balanced = balancedOf(plan)
  const plot = policiesPlot(
    plan.policies,
    balanced === undefined ? 'blue' : ofExecutor[balanced.executor],
  )
  if (plot === null) return null
  const among =
    balanced === undefined
      ? ''
      : `, ${sizeOf(balanced.executor, balanced.fewest)} (${balanced.executor})`
  const caption = 'Further left is better. The tail is where ways to choose a server differ.'
  const section: Markup = markup`<section class="figures">
<h2>How servers are chosen</h2>
${table({
  name: 'Balancing policies',
  caption: `At ${figure(plan.question.ratePerS)} requests a second${among}.`,
  rowsAre: 'policy',
  columns,
  rows: plan.policies.map((policy) => ({
    header: policy.balance,
    cells: columns.map(({ of }) => of(policy)),
  })),
})}${figures([{ plot, caption }])}</section>
`
  return { plot, section }
}
