import { type Markup, markup } from '../../../report/markup.ts'
import {
  type Area,
  boxEntry,
  type Entry,
  legend,
  type Plot,
  seriesEntry,
  svgFile,
  WIDTH,
  xAxis,
  yAxis,
} from '../../../report/plot/frame.ts'
import { boxPath, linePath, markerPath, path } from '../../../report/plot/marks.ts'
import { linearScale } from '../../../report/plot/scale.ts'
import { cut } from '../../../report/plot/text.ts'
import type { Observed } from '../observed.ts'

const right = WIDTH - 18

/**
 * What was completed of what was asked for; null where nothing was counted. Where all conditions were
 * offered one and the same rate, their points would lie on each other: they are bars, then.
 */
export function throughput(observed: readonly Observed[]): Plot | null {
  const shown = observed.filter(
    ({ condition }) => condition.void === null && condition.load.length > 0,
  )
  if (shown.length === 0) return null
  const offered = shown.flatMap(({ condition }) => condition.load.map((each) => each.offeredPerS))
  const oneRate =
    shown.every(({ condition }) => condition.load.length === 1) &&
    Math.max(...offered) <= 1.1 * Math.min(...offered)
  return oneRate ? bars(shown) : curves(shown)
}

/** Conditions that differ in the rate only are one line. */
function linesOf(shown: readonly Observed[]) {
  const place = ({ condition: { executor, servers, workers, version } }: Observed) =>
    JSON.stringify([executor, servers, workers, version])
  return [...Map.groupBy(shown, place).values()].map((group) => ({
    style: group[0]!.style,
    label: group.length === 1 ? group[0]!.condition.label : placeLabel(group),
    points: group
      .flatMap(({ condition }) => condition.load)
      .toSorted((a, b) => a.offeredPerS - b.offeredPerS),
    goodput: group.map(({ condition }) => condition),
  }))
}

/** What the labels of a group have in common: without the rate. */
function placeLabel(group: readonly Observed[]): string {
  const [first = [], ...others] = group.map(({ condition }) => condition.label.split(', '))
  return first.filter((part) => others.every((other) => other.includes(part))).join(', ')
}

function curves(shown: readonly Observed[]): Plot {
  const area: Area = { left: 66, right, top: 62, bottom: 300 }
  const lines = linesOf(shown)
  const offered = lines.flatMap(({ points, goodput }) =>
    [...points, ...goodput].map((each) => each.offeredPerS),
  )
  const done = lines.flatMap(({ points, goodput }) =>
    [...points, ...goodput].map((each) => each.throughputPerS),
  )
  const x = linearScale(Math.max(...offered), { from: area.left, to: area.right })
  const y = linearScale(Math.max(...done), { from: area.bottom, to: area.top })
  const end = Math.min(x.to, y.to)
  const drawn = lines.map(({ style, points, goodput }) => {
    const at = points.map((each) => ({ x: x.at(each.offeredPerS), y: y.at(each.throughputPerS) }))
    const good = goodput.map((each) => ({ x: x.at(each.offeredPerS), y: y.at(each.goodputPerS) }))
    return markup`${path(`line ${style.colour}`, linePath(at), style.dash)}${path(`mark ${style.colour}`, markerPath(at, style.marker))}${path(`ring ${style.colour}`, markerPath(good, style.marker, 6.5))}`
  })
  const key = legend(
    [...lines.map(({ style, label }) => seriesEntry(style, label)), hollow(lines[0]!), diagonal],
    area.bottom + 48,
  )
  return {
    name: 'throughput',
    svg: svgFile('Throughput against offered load', {
      says: shown.map(said).join(' '),
      height: area.bottom + 56 + key.height,
      body: [
        yAxis(y, area, 'completed a second'),
        xAxis(x, area, 'requests due a second', { grid: true }),
        path('diagonal', linePath([0, end].map((each) => ({ x: x.at(each), y: y.at(each) })))),
        ...drawn,
        key.body,
      ],
    }),
  }
}

const hollow = ({ style }: { style: Observed['style'] }): Entry => ({
  label: 'goodput: within the deadline',
  sample: (x, y) => [
    path(`ring ${style.colour}`, markerPath([{ x: x + 13, y }], style.marker, 5.5)),
  ],
})

const diagonal: Entry = {
  label: 'all that is offered',
  sample: (x, y) => [path('diagonal', `M${x} ${y}h26`)],
}

const rowHeight = 42

/** A bar a condition: what was completed, with a line where all that is offered would be. */
function bars(shown: readonly Observed[]): Plot {
  const area: Area = { left: 14, right, top: 44, bottom: 44 + shown.length * rowHeight }
  const all = shown.flatMap(({ condition: { offeredPerS, throughputPerS, goodputPerS } }) => [
    offeredPerS,
    throughputPerS,
    goodputPerS,
  ])
  const x = linearScale(Math.max(...all), { from: area.left, to: area.right })
  const rows = shown.map(({ condition, style }, index): Markup => {
    const y = area.top + index * rowHeight
    const width = (value: number) => x.at(value) - area.left
    return markup`<text class="label" x="${area.left}" y="${y + 11}">${cut(condition.label, right - area.left)}</text>${path(`work ${style.colour}`, boxPath(area.left, y + 20, width(condition.throughputPerS), 10))}${path(`ring ${style.colour}`, boxPath(area.left, y + 18, width(condition.goodputPerS), 14))}${path('base', `M${x.at(condition.offeredPerS)} ${y + 15}v20`)}`
  })
  const colour = shown[0]!.style.colour
  const key = legend(
    [
      boxEntry(`work ${colour}`, 'completed'),
      boxEntry(`ring ${colour}`, 'goodput: within the deadline'),
      { label: 'offered', sample: (at, y) => [path('base', `M${at + 13} ${y - 8}v16`)] },
    ],
    area.bottom + 48,
  )
  return {
    name: 'throughput',
    svg: svgFile('Throughput against offered load', {
      says: shown.map(said).join(' '),
      height: area.bottom + 56 + key.height,
      body: [xAxis(x, area, 'requests a second', { grid: true }), ...rows, key.body],
    }),
  }
}

const perS = (value: number) => String(Number(value.toPrecision(3)))

const said = ({ condition }: Observed) =>
  `${condition.label}: ${condition.load
    .map((each) => `${perS(each.throughputPerS)} of ${perS(each.offeredPerS)} a second`)
    .join(', ')}; goodput ${perS(condition.goodputPerS)}.`
