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
import { linePath, markerPath, path } from '../../../report/plot/marks.ts'
import { logScale, percentileScale } from '../../../report/plot/scale.ts'
import { Latencies } from '../../summary/latencies.ts'
import type { Observed } from '../observed.ts'
import { sharesOf, supported } from '../percentile.ts'

const area: Area = { left: 66, right: WIDTH - 18, top: 62, bottom: 300 }

/** Enough for a smooth line at this width. */
const points = 240

/** Where lines bear their marks, as far as the sample goes. */
const marked = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999]

/** How much of the requests were done within which time: a line a condition; null without any value. */
export function latencyByPercentile(observed: readonly Observed[]): Plot | null {
  const shown = observed.filter(
    ({ condition }) => condition.void === null && condition.latencyMs.count > 1,
  )
  if (shown.length === 0) return null
  const lines = shown.map(({ condition, style }) => {
    const latencies = Latencies.decode(condition.histogram)
    const values = latencies.valuesAt(sharesOf(latencies.count, points))
    return { style, values, count: latencies.count, marks: latencies.valuesAt(marked) }
  })
  const most = Math.max(...lines.map(({ count }) => count))
  const x = percentileScale(supported(most), { from: area.left, to: area.right })
  const y = logScale(
    Math.min(...lines.map(({ values }) => values[0]!.ms)),
    Math.max(...lines.map(({ values }) => values.at(-1)!.ms)),
    { from: area.bottom, to: area.top },
  )
  const place = ({ quantile, ms }: { quantile: number; ms: number }) => ({
    x: x.at(quantile),
    y: y.at(ms),
  })
  const drawn = lines.map(({ style, values, marks }) => {
    const line = [...values, ...marks].toSorted((a, b) => a.quantile - b.quantile)
    return markup`${path(`line ${style.colour}`, linePath(line.map(place)), style.dash)}${path(`mark ${style.colour}`, markerPath(marks.map(place), style.marker))}`
  })
  const key = legend(
    shown.map(({ style, condition }) => seriesEntry(style, condition.label)),
    area.bottom + 48,
  )
  return {
    name: 'latency-by-percentile',
    svg: svgFile('Latency by percentile', {
      says: `A line for each of: ${shown.map(({ condition }) => condition.label).join('; ')}. The figures are in the table.`,
      height: area.bottom + 56 + key.height,
      body: [
        yAxis(y, area, 'from due to result, logarithmic'),
        xAxis(x, area, 'share of completed requests that were as fast or faster', { grid: true }),
        ...drawn,
        key.body,
      ],
    }),
  }
}
