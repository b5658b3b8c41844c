import type { Plot } from '../../../report/plot/frame.ts'
import type { Plan } from '../../answer/plan.ts'
import { linesAgainstLoad } from './lines-against-load.ts'

/** How many instances that run tasks are needed at other loads; null where no number is enough. */
export function instancesAgainstLoad(plan: Plan): Plot | null {
  return linesAgainstLoad(plan, {
    name: 'instances-against-load',
    title: 'Instances against load',
    axis: 'servers, or workers of the queue',
    value: ({ instances }) => instances,
    whole: true,
  })
}
