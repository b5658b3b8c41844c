import { type Markup, markup } from '../../report/markup.ts'
import { table } from '../../report/table.ts'
import { figure, thousands, unknown } from '../../report/words.ts'
import type { Answer, Plan, Sensitivity } from '../answer/plan.ts'
import { difference, marked, outsideMark } from './words.ts'

/** What each executor needs if more requests come, or tasks take longer. */
export function changes({ answers }: Plan): Markup {
  const shown = answers.filter(({ sensitivity }) => sensitivity.length > 0)
  const [first] = shown
  if (first === undefined)
    return markup`<p>Where nothing is enough, more of it is not either.</p>\n`
  const columns = shown.flatMap(columnsOf)
  const isAnyOutside = shown.some(({ sensitivity }) => sensitivity.some((each) => each.isOutside))
  return table({
    name: 'What is needed if things change',
    caption: `The fewest instances then, and how many more than now these are.${isAnyOutside ? ` ${outsideMark}: more than was measured.` : ''}`,
    rowsAre: 'if',
    columns,
    rows: first.sensitivity.map((change) => ({
      header: changed(change),
      cells: columns.map(({ of, sensitivity }) => {
        const then = sensitivity.find((each) => changed(each) === changed(change))
        return then === undefined ? unknown : of(then)
      }),
    })),
  })
}

/** Two columns of an executor, of the queue three. */
function columnsOf({ executor, sensitivity }: Answer) {
  const number = (name: 'servers' | 'workers') => ({
    group: executor,
    name,
    sensitivity,
    of: ({ fewest, isOutside }: Sensitivity) =>
      fewest === null ? 'none is enough' : marked(thousands(fewest[name]), isOutside),
  })
  return [
    ...(executor === 'queue' ? [number('servers'), number('workers')] : [number('servers')]),
    {
      group: executor,
      name: 'than now',
      sensitivity,
      of: ({ more }: Sensitivity) => (more === null ? unknown : difference(more)),
    },
  ]
}

function changed({ change, times, ratePerS }: Sensitivity): string {
  return change === 'rate'
    ? `${figure(ratePerS)} requests/s come (× ${figure(times)})`
    : `tasks take ${figure(times)} times as long`
}
