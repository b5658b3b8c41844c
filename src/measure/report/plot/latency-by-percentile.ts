import { markup } from '../markup.ts'
import type { Observed } from '../observed.ts'
import { nearestRank, type Quantile, quantiles, supported } from '../percentile.ts'
import { type Area, legend, type Plot, seriesEntry, svgFile, WIDTH, xAxis, yAxis } from './frame.ts'
import { linePath, markerPath, path } from './marks.ts'
import { logScale, percentileScale } from './scale.ts'

const area: Area = { left: 66, right: WIDTH - 18, top: 62, bottom: 300 }

/** Enough for a smooth line at this width. */
const points = 240

/** Where lines bear their marks, as far as the sample goes. */
const marked = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999]

/** How much of the requests were done within which time: a line a condition; null without any value. */
export function latencyByPercentile(observed: readonly Observed[]): Plot | null {
  const shown = observed.filter(
    ({ condition, latencies }) => condition.void === null && latencies.length > 1,
  )
  if (shown.length === 0) return null
  const most = Math.max(...shown.map(({ latencies }) => latencies.length))
  const x = percentileScale(supported(most), { from: area.left, to: area.right })
  const lines = shown.map((each) => ({ ...each, values: quantiles(each.latencies, points) }))
  const y = logScale(
    Math.min(...lines.map(({ values }) => values[0]!.value)),
    Math.max(...lines.map(({ values }) => values.at(-1)!.value)),
    { from: area.bottom, to: area.top },
  )
  const place = ({ quantile, value }: Quantile) => ({ x: x.at(quantile), y: y.at(value) })
  const drawn = lines.map(({ style, latencies, values }) => {
    const marks = marked.filter((quantile) => quantile <= supported(latencies.length) + 1e-12)
    const at = marks.map((quantile) => ({ quantile, value: nearestRank(latencies, quantile) }))
    const line = [...values, ...at].toSorted((a, b) => a.quantile - b.quantile)
    return markup`${path(`line ${style.colour}`, linePath(line.map(place)), style.dash)}${path(`mark ${style.colour}`, markerPath(at.map(place), style.marker))}`
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
