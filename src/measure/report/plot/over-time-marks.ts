import type { Markup } from '../../../report/markup.ts'
import { boxEntry, type Entry } from '../../../report/plot/frame.ts'
import type { Point } from '../../../report/plot/marks.ts'
import { crossesPath, dotsPath, markerPath, path } from '../../../report/plot/marks.ts'
import { type Loss, losses } from '../loss.ts'
import type { ShownTrial } from '../observed.ts'

/** Requests without a result. What is not the service's is hollow. */
export function lossMarks(loss: Loss, points: readonly Point[], colour: string): Markup | null {
  switch (loss) {
    case 'refused':
      return path('mark ink', markerPath(points, 'triangle-down', 3))
    case 'failed':
      return path(`cross ${colour}`, crossesPath(points))
    case 'not sent':
      return path(`ring ${colour}`, markerPath(points, 'circle', 3))
    case 'interrupted':
      return path(`ring ${colour}`, markerPath(points, 'square', 3))
  }
}

/** What is in the plot of one trial. */
export function entries(
  colour: string,
  { tasks, bystanders, steps }: Pick<ShownTrial, 'tasks' | 'bystanders' | 'steps'>,
): Entry[] {
  const mark = (draw: (points: Point[]) => Markup | null, label: string): Entry => ({
    label,
    sample: (x, y) => [draw([{ x: x + 13, y }])],
  })
  const lost = losses.flatMap((loss) => {
    const [task, bystander] = [tasks.lost[loss].length > 0, bystanders.lost[loss].length > 0]
    const entry = (colour: string, label: string) =>
      mark((points) => lossMarks(loss, points, colour), label)
    // Of these it does not matter whose they are.
    if (loss === 'refused') return [(task || bystander) && entry('ink', loss)]
    const what = loss === 'interrupted' ? 'cut off with the run' : loss
    return [task && entry(colour, `task ${what}`), bystander && entry('ink', `bystander ${what}`)]
  })
  return [
    tasks.completed.length > 0 &&
      mark((points) => path(`dots ${colour}`, dotsPath(points)), 'task'),
    bystanders.completed.length > 0 && {
      label: 'bystander',
      sample: (x: number, y: number) => [
        path('line thin ink', `M${x} ${y}h26`),
        path('small ink', dotsPath([{ x: x + 13, y }])),
      ],
    },
    steps.length > 0 && boxEntry(`work ${colour}`, 'tasks at work'),
    ...lost,
  ].filter((each) => each !== false)
}
