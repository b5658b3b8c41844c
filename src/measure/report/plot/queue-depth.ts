import { markup } from '../../../report/markup.ts'
import {
  type Area,
  legend,
  type Plot,
  seriesEntry,
  svgFile,
  WIDTH,
  xAxis,
  yAxis,
} from '../../../report/plot/frame.ts'
import { markerPath, path, stepPath } from '../../../report/plot/marks.ts'
import { linearScale } from '../../../report/plot/scale.ts'
import type { Observed } from '../observed.ts'

const area: Area = { left: 66, right: WIDTH - 18, top: 62, bottom: 240 }

/** How many jobs waited, over the time of a trial; null where the queue was not seen. */
export function queueDepth(observed: readonly Observed[]): Plot | null {
  const lines = observed.flatMap(({ condition, style, shown }) => {
    const waiting = shown?.waiting ?? []
    if (condition.executor !== 'queue' || waiting.length === 0) return []
    return [{ label: condition.label, style, waiting }]
  })
  if (lines.length === 0) return null
  const all = lines.flatMap(({ waiting }) => waiting)
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), 1)
  const x = linearScale(
    most(all.map((each) => each.x)) / 1000,
    { from: area.left, to: area.right },
    { exact: true, most: 8 },
  )
  const y = linearScale(
    most(all.map((each) => each.y)),
    { from: area.bottom, to: area.top },
    { most: 5, whole: true },
  )
  const drawn = lines.map(({ style, waiting }) => {
    const points = waiting.map((each) => ({ x: x.at(each.x / 1000), y: y.at(each.y) }))
    const some = points.filter((_, index) => index % Math.ceil(points.length / 8) === 0)
    return markup`${path(`line ${style.colour}`, stepPath(points), style.dash)}${path(`mark ${style.colour}`, markerPath(some, style.marker))}`
  })
  const key = legend(
    lines.map(({ style, label }) => seriesEntry(style, label)),
    area.bottom + 48,
  )
  return {
    name: 'queue-depth',
    svg: svgFile('Jobs that wait', {
      says: `Jobs in the queue that no worker has taken, over time, for: ${lines.map(({ label }) => label).join('; ')}.`,
      height: area.bottom + 56 + key.height,
      body: [yAxis(y, area, 'jobs'), xAxis(x, area, 'seconds'), ...drawn, key.body],
    }),
  }
}
