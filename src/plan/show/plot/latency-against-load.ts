import type { Markup } from '../../../report/markup.ts'
import {
  type Area,
  type Entry,
  legend,
  type Plot,
  svgFile,
  WIDTH,
  xAxis,
  yAxis,
} from '../../../report/plot/frame.ts'
import { crossesPath, path } from '../../../report/plot/marks.ts'
import { type Colour, ofExecutor } from '../../../report/plot/palette.ts'
import { linearScale, logScale } from '../../../report/plot/scale.ts'
import { figure } from '../../../report/words.ts'
import type { Answer, Question } from '../../answer/plan.ts'
import { instances, isEnough, orNever, targetOf } from '../words.ts'
import { beyondEntry, lineInParts } from './beyond.ts'
import { asked } from './load-marks.ts'

const area: Area = { left: 66, right: WIDTH - 30, top: 62, bottom: 300 }

/** Beyond so many times the loosest target it no longer matters how late results are. */
const mostTimesTarget = 20

const percentiles = [
  { name: 'p99', dash: '7 4' },
  { name: 'p95', dash: '' },
  { name: 'p50', dash: '2 3' },
] as const

/**
 * How latency grows with the load on the fewest instances, until it is of no use any more; with one instance fewer
 * and one more, as thin lines, for comparison. What was not measured is lighter. Null where no number is enough.
 */
export function latencyAgainstLoad(answer: Answer, question: Question): Plot | null {
  const { executor, curves, headroom } = answer
  if (!isEnough(answer) || curves === null || curves.latency.length === 0) return null
  const now = executor === 'queue' ? answer.fewest.workers : answer.fewest.servers
  const { targets } = question
  const limitMs = mostTimesTarget * Math.max(...targets.map(({ ms }) => ms))
  const lines = percentiles.map(({ name, dash }) => ({
    className: `line ${ofExecutor[executor]}`,
    dash,
    label: name,
    points: upTo(
      limitMs,
      curves.latency.map((each) => ({ ...each, ms: each[name] })),
    ),
  }))
  const outsideFrom = Math.min(
    ...curves.latency.filter((each) => each.isOutside).map(({ ratePerS }) => ratePerS),
  )
  const thin = curves.beside.map(({ instances: number, points }) => ({
    className: 'line thin ink',
    dash: number < now ? '2 3' : '11 3 2 3',
    label: `p95 with ${instances(executor, number)}`,
    points: upTo(
      limitMs,
      points.map(({ ratePerS, p95 }) => ({
        ratePerS,
        ms: p95,
        isOutside: ratePerS >= outsideFrom,
      })),
    ),
  }))
  const drawn = [...lines, ...thin]
  const all = drawn.flatMap(({ points }) => points)
  const x = linearScale(
    Math.max(question.ratePerS, ...all.map(({ ratePerS }) => ratePerS)),
    { from: area.left, to: area.right },
    { exact: true, most: 8 },
  )
  const ms = [...all, ...targets].map((each) => each.ms)
  const y = logScale(Math.min(...ms), Math.max(...ms), { from: area.bottom, to: area.top })
  const place = (each: Point) => ({
    x: x.at(each.ratePerS),
    y: y.at(each.ms),
    isOutside: each.isOutside,
  })
  const lost = lines[1]!.points.filter(({ ratePerS }) => isLost(curves, ratePerS, question))
  const rate = asked(question.ratePerS, x, area)
  const key = legend(
    [
      ...[...lines.toReversed(), ...thin].map(lineEntry),
      ...targets.map(targetEntry),
      rate.entry,
      ...(headroom === null ? [] : [endEntry(headroom.ratePerS)]),
      ...(all.some(({ isOutside }) => isOutside) ? [beyondEntry(lines[1]!.className)] : []),
      ...(lost.length > 0 ? [lostEntry(ofExecutor[executor], question)] : []),
    ],
    area.bottom + 48,
  )
  return {
    name: `latency-against-load-${executor}`,
    svg: svgFile(`Latency against load: ${executor}`, {
      says: said(answer, question),
      height: area.bottom + 56 + key.height,
      body: [
        yAxis(y, area, 'from request to result, logarithmic'),
        xAxis(x, area, `requests a second, on ${instances(executor, now)}`),
        ...targets.map((target) => targetLine(y.at(target.ms))),
        rate.body,
        headroom === null ? null : endLine(x.at(headroom.ratePerS)),
        ...drawn
          .toReversed()
          .map(({ className, points, dash }) => lineInParts(className, points.map(place), dash)),
        path(`cross ${ofExecutor[executor]}`, crossesPath(lost.map(place), 3.5)),
        key.body,
      ],
    }),
  }
}

interface Point {
  ratePerS: number
  ms: number
  isOutside: boolean
}

/**
 * The line as far as it stays below a limit, and on to where it crosses that: between points, as logarithms go; if
 * so many are never done at the next point, there.
 */
function upTo(limitMs: number, points: readonly Point[]): Point[] {
  const end = points.findIndex(({ ms }) => ms > limitMs)
  if (end === -1) return [...points]
  const [before, beyond] = [points[end - 1], points[end]!]
  if (before === undefined) return []
  const share =
    beyond.ms === Infinity ? 1 : Math.log(limitMs / before.ms) / Math.log(beyond.ms / before.ms)
  const ratePerS = before.ratePerS + share * (beyond.ratePerS - before.ratePerS)
  return [...points.slice(0, end), { ratePerS, ms: limitMs, isOutside: beyond.isOutside }]
}

function isLost(
  { latency }: NonNullable<Answer['curves']>,
  ratePerS: number,
  { refusedAtMost }: Question,
): boolean {
  return latency.some((each) => each.ratePerS === ratePerS && each.refused > refusedAtMost)
}

const lineEntry = ({
  className,
  dash,
  label,
}: {
  className: string
  dash: string
  label: string
}): Entry => ({
  label,
  sample: (x, y) => [path(className, `M${x} ${y}h26`, dash)],
})

const targetLine = (y: number): Markup | null =>
  path('base', `M${area.left} ${y}H${area.right}`, '5 3')

const targetEntry = (target: Question['targets'][number]): Entry => ({
  label: `target: ${targetOf(target)}`,
  sample: (x, y) => [path('base', `M${x} ${y}h26`, '5 3')],
})

const endLine = (x: number): Markup | null => path('diagonal', `M${x} ${area.top}V${area.bottom}`)

const endEntry = (ratePerS: number): Entry => ({
  label: `enough up to ${figure(ratePerS)}/s`,
  sample: (x, y) => [path('diagonal', `M${x + 13} ${y - 9}v18`)],
})

const lostEntry = (colour: Colour, { refusedAtMost }: Question): Entry => ({
  label: refusedAtMost > 0 ? 'more refused than may be' : 'some are refused',
  sample: (x, y) => [path(`cross ${colour}`, crossesPath([{ x: x + 13, y }], 3.5))],
})

function said({ executor, curves, headroom }: Answer, { ratePerS }: Question): string {
  const at = curves?.latency
    .map((each) => `${orNever(each.p95, (ms) => `${figure(ms)} ms`)} at ${figure(each.ratePerS)}`)
    .join(', ')
  const end = headroom === null ? '' : ` Enough up to ${figure(headroom.ratePerS)} a second.`
  return `The 95th percentile on the fewest instances (${executor}), by requests a second: ${at}. Asked for: ${figure(ratePerS)}.${end}`
}
