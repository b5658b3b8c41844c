import { type Markup, markup } from '../../../report/markup.ts'
import {
  type Area,
  type Entry,
  legend,
  type Plot,
  svgFile,
  WIDTH,
  xAxis,
} from '../../../report/plot/frame.ts'
import { markerPath, path } from '../../../report/plot/marks.ts'
import type { Colour, Marker } from '../../../report/plot/palette.ts'
import { logScale } from '../../../report/plot/scale.ts'
import { figure } from '../../../report/words.ts'
import type { PolicyOutcome } from '../../answer/plan.ts'
import { orNever } from '../words.ts'

const left = 118
const top = 50
const rowHeight = 38

const quantiles: { key: 'p50' | 'p95' | 'p99' | 'p999'; name: string; marker: Marker }[] = [
  { key: 'p50', name: 'p50', marker: 'circle' },
  { key: 'p95', name: 'p95', marker: 'square' },
  { key: 'p99', name: 'p99', marker: 'triangle' },
  { key: 'p999', name: 'p99.9', marker: 'diamond' },
]

/**
 * How wide latency spreads under each way to choose a server, up to the end where so many are never done; null where
 * they were not compared.
 */
export function policiesPlot(policies: readonly PolicyOutcome[], colour: Colour): Plot | null {
  const seen = policies
    .flatMap((policy) => quantiles.map(({ key }) => policy[key]))
    .filter(Number.isFinite)
  if (seen.length === 0) return null
  const area: Area = {
    left,
    right: WIDTH - 30,
    top,
    bottom: top + policies.length * rowHeight,
  }
  const x = logScale(Math.min(...seen), Math.max(...seen), { from: area.left, to: area.right })
  const rows = policies.map((policy, index): Markup => {
    const y = area.top + (index + 0.5) * rowHeight
    return markup`<text class="label" x="14" y="${y + 4}">${policy.balance}</text>${path(`line ${colour}`, `M${x.at(policy.p50)} ${y}H${x.at(policy.p999)}`)}${quantiles.map(
      ({ key, marker }) =>
        policy[key] < Infinity &&
        path(`mark ${colour}`, markerPath([{ x: x.at(policy[key]), y }], marker, 5)),
    )}`
  })
  const key = legend(
    quantiles.map(
      ({ name, marker }): Entry => ({
        label: name,
        sample: (at, y) => [path(`mark ${colour}`, markerPath([{ x: at + 13, y }], marker, 5))],
      }),
    ),
    area.bottom + 48,
  )
  return {
    name: 'balancing',
    svg: svgFile('Latency by balancing policy', {
      says: policies
        .map(
          (policy) =>
            `${policy.balance}: ${quantiles.map(({ key, name }) => `${name} ${orNever(policy[key], (ms) => `${figure(ms)} ms`)}`).join(', ')}.`,
        )
        .join(' '),
      height: area.bottom + 56 + key.height,
      body: [
        xAxis(x, area, 'from request to result, logarithmic', { grid: true }),
        ...rows,
        key.body,
      ],
    }),
  }
}
