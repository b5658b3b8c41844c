import type { Plot } from '../../../report/plot/frame.ts'
import type { Plan } from '../../answer/plan.ts'
import { linesAgainstLoad } from './lines-against-load.ts'

/** What is paid for an hour at other loads, or how many cores are used; null where no number of instances is enough. */
export function costAgainstLoad(plan: Plan): Plot | null {
  const isPriced = plan.question.corePrice !== null
  return linesAgainstLoad(plan, {
    name: 'cost-against-load',
    title: isPriced ? 'Cost against load' : 'Cores against load',
    axis: isPriced ? 'an hour, in the currency of the price of a core' : 'cores of all instances',
    value: isPriced ? ({ cost }) => cost : ({ cores }) => cores,
    whole: !isPriced,
  })
}
