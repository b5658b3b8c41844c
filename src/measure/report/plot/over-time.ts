import { markup } from '../../../report/markup.ts'
import {
  type Area,
  legend,
  type Plot,
  svgFile,
  WIDTH,
  xAxis,
  yAxis,
} from '../../../report/plot/frame.ts'
import type { Point } from '../../../report/plot/marks.ts'
import { boxPath, dotsPath, linePath, path } from '../../../report/plot/marks.ts'
import { linearScale, logScale } from '../../../report/plot/scale.ts'
import { type Loss, losses } from '../loss.ts'
import type { Observed, Seen, ShownTrial } from '../observed.ts'
import { entries, lossMarks } from './over-time-marks.ts'
import { strip, workStrip } from './work-strip.ts'

/** Below the strip: a lane for each way of having no result, then the latencies. */
const lane = 14
const laneNames: Record<Loss, string> = {
  refused: 'refused',
  failed: 'failed',
  'not sent': 'not sent',
  interrupted: 'cut off',
}
const left = 66
const right = WIDTH - 18
const plotHeight = 190

/** What all of them have in common, so that one can be compared with another at a glance. */
interface Shared {
  /** Milliseconds. */
  y: [least: number, most: number]
  /** Tasks at once, at most. */
  work: number
  lanes: Loss[]
}

interface Drawable {
  observed: Observed
  shown: ShownTrial
}

/**
 * A plot for each condition that was tried: latency of tasks and bystanders by when they were due, and
 * when heavy work ran. All have the same scales.
 */
export function overTime(observed: readonly Observed[]): Plot[] {
  const all = observed.flatMap((each): Drawable[] => {
    const { shown } = each
    if (shown === undefined || (shown.tasks.count === 0 && shown.bystanders.count === 0)) return []
    return [{ observed: each, shown }]
  })
  if (all.length === 0) return []
  const seen = all.flatMap(({ shown }) => [shown.tasks, shown.bystanders])
  const ranges = seen.flatMap(({ tookMs }) => tookMs ?? [])
  const shared: Shared = {
    y:
      ranges.length > 0
        ? [
            Math.min(...ranges.map(({ least }) => least)),
            Math.max(...ranges.map(({ greatest }) => greatest)),
          ]
        : [1, 1000],
    work: all
      .flatMap(({ shown }) => shown.steps)
      .reduce((most, step) => Math.max(most, step.count), 1),
    lanes: losses.filter((loss) => seen.some(({ lost }) => lost[loss].length > 0)),
  }
  return all.map((each) => plotOf(each, shared))
}

/** Completed ones that follow each other: what has no result in between has no latency. */
function unbroken({ completed, lost }: Seen): Point[][] {
  const breaks = losses.flatMap((loss) => lost[loss]).toSorted((a, b) => a - b)
  const runs: Point[][] = []
  let next = 0
  for (const point of completed) {
    let isBroken = runs.length === 0
    while (next < breaks.length && breaks[next]! < point.x) {
      isBroken = true
      next++
    }
    if (isBroken) runs.push([point])
    else runs.at(-1)!.push(point)
  }
  return runs
}

function plotOf({ observed, shown }: Drawable, shared: Shared): Plot {
  const { condition, style } = observed
  const { trial, tasks, bystanders, steps, busy } = shown
  const { lanes } = shared
  const top = strip.bottom + lanes.length * lane + 32
  const area: Area = { left, right, top, bottom: top + plotHeight }
  const x = linearScale(
    trial.durationMs / 1000,
    { from: left, to: right },
    { exact: true, most: 8 },
  )
  const y = logScale(...shared.y, { from: area.bottom, to: area.top })
  const place = (point: Point) => ({ x: x.at(point.x / 1000), y: y.at(point.y) })
  const laneY = (loss: Loss) => strip.bottom + 3 + (lanes.indexOf(loss) + 0.5) * lane
  const marksOf = ({ lost }: Seen, loss: Loss) =>
    lost[loss].map((due) => ({ x: x.at(due / 1000), y: laneY(loss) }))
  const bands = busy.map(({ from, to }) => ({ from: x.at(from / 1000), to: x.at(to / 1000) }))
  const key = legend(entries(style.colour, shown), area.bottom + 48)
  return {
    name: `over-time-${condition.key}`,
    svg: svgFile(`${condition.label}, over time`, {
      says: sentence(observed, shown),
      height: area.bottom + 56 + key.height,
      body: [
        path(
          'band',
          bands.map(({ from, to }) => boxPath(from, top, to - from, plotHeight)).join(''),
        ),
        yAxis(y, area, 'latency, logarithmic'),
        ...workStrip(steps, { x, most: shared.work, colour: style.colour, left, right }),
        ...lanes.map(
          (loss) =>
            markup`<text class="end" x="${left - 8}" y="${laneY(loss) + 4}">${laneNames[loss]}</text>`,
        ),
        xAxis(x, area, 'seconds, when it was due'),
        path(
          'line thin ink',
          unbroken(bystanders)
            .map((run) => linePath(run.map(place)))
            .join(''),
        ),
        path('small ink', dotsPath(bystanders.completed.map(place))),
        path(`dots ${style.colour}`, dotsPath(tasks.completed.map(place))),
        ...lanes.flatMap((loss) => [
          lossMarks(loss, marksOf(tasks, loss), style.colour),
          lossMarks(loss, marksOf(bystanders, loss), 'ink'),
        ]),
        key.body,
      ],
    }),
  }
}

function sentence({ condition }: Observed, { tasks, bystanders, trial }: ShownTrial): string {
  const void_ = condition.void === null ? '' : ` Void: ${condition.void}.`
  return `${tasks.count} tasks and ${bystanders.count} bystanders that were due in ${trial.durationMs / 1000} seconds.${void_}`
}
