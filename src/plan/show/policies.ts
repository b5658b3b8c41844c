import { figures } from '../../report/figure.ts'
import { type Markup, markup } from '../../report/markup.ts'
import { ofExecutor } from '../../report/plot/palette.ts'
import { table } from '../../report/table.ts'
import { count, cell as digits, figure, percentCell } from '../../report/words.ts'
import type { Plan, PolicyOutcome } from '../answer/plan.ts'
import { policiesPlot } from './plot/policies.ts'
import { isPolicyOutside, marked, orNever, outsideMark } from './words.ts'

const columns: { group: string; name: string; of: (policy: PolicyOutcome) => string }[] = [
  { group: 'latency, ms', name: 'p50', of: ({ p50 }) => orNever(p50, digits) },
  { group: 'latency, ms', name: 'p95', of: ({ p95 }) => orNever(p95, digits) },
  { group: 'latency, ms', name: 'p99', of: ({ p99 }) => orNever(p99, digits) },
  { group: 'latency, ms', name: 'p99.9', of: ({ p999 }) => orNever(p999, digits) },
  { group: 'not done', name: 'refused', of: ({ refused }) => percentCell(refused) },
]

/** How the choice of a server changes the tail, and the plot that shows it; null where it was not compared. */
export function balancing({ policies, question, answers }: Plan) {
  if (policies === null) return null
  const { executor, servers, outcomes } = policies
  const plot = policiesPlot(outcomes, ofExecutor[executor])
  if (plot === null) return null
  const answer = answers.find((each) => each.executor === executor)
  const caption = 'Further left is better. The tail is where ways to choose a server differ.'
  const section: Markup = markup`<section class="figures">
<h2>How servers are chosen</h2>
${table({
  name: 'Balancing policies',
  caption: `At ${figure(question.ratePerS)} requests a second, ${count(servers, 'server')} (${executor}). ${outsideMark}: not measured, but simulated.`,
  rowsAre: 'policy',
  columns,
  rows: outcomes.map((policy) => ({
    header: marked(policy.balance, isPolicyOutside(policy, answer)),
    cells: columns.map(({ of }) => of(policy)),
  })),
})}${figures([{ plot, caption }])}</section>
`
  return { plot, section }
}
