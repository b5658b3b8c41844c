import { linearScale, type Scale } from '../../src/report/plot/scale.ts'
import { textWidth } from '../../src/report/plot/text.ts'
import { highest, type Measure, valuesOf } from './measures.ts'
import { comparedOf, medianOf, ourName, targetValueOf } from './words.ts'

/** As wide as a README is shown. */
export const plotWidth = 760
/** Where words at the left begin. */
export const left = 14

/** Bold words are wider by about that. */
const boldness = 1.05

/** One of the colours for each of the others, in turn; blue is ours. */
const colours = ['vermilion', 'green', 'purple'] as const

/** What all bars of a plot have in common. */
export interface BarLayout {
  /** Where words at the right end. */
  right: number
  scaleOf(unit: string): Scale
  /** Classes of a bar, by whose it is. */
  colourOf(name: string): string
}

/** Measures of one unit have one scale, so that all their bars can be compared. */
export function layoutOf(measures: readonly Measure[]): BarLayout {
  const sides = measures.flatMap(({ ours, figures }) => [ours, ...figures.map((f) => f.theirs)])
  const others = [
    ...new Set(sides.map(({ name }) => systemOf(name)).filter((name) => !isOurs(name))),
  ]
  const from = Math.min(310, left + 12 + Math.max(...sides.map(({ name }) => textWidth(name))))
  const figures = measures.flatMap((each) => each.figures)
  const valueWidth = Math.max(
    ...measures.flatMap(({ unit, ours, figures: of }) =>
      [ours, ...of.map(({ theirs }) => theirs)].map((side) => textWidth(medianOf(side, unit))),
    ),
  )
  const wordsWidth =
    valueWidth + Math.max(...figures.map((each) => textWidth(comparedOf(each)) * boldness))
  const extent = { from, to: plotWidth - left - wordsWidth - 20 }
  const scales = new Map(
    [...Map.groupBy(measures, ({ unit }) => unit)].map(([unit, ofUnit]) => {
      const values = ofUnit.flatMap(({ ours, figures }) => [
        ...[ours, ...figures.map(({ theirs }) => theirs)].flatMap(valuesOf),
        ...figures.map((each) => targetValueOf(each) ?? 0),
      ])
      return [unit, linearScale(highest(values), extent, { exact: true })]
    }),
  )
  return {
    right: plotWidth - left,
    scaleOf: (unit) => scales.get(unit)!,
    colourOf: (name) =>
      isOurs(name)
        ? 'tint edge'
        : `mark ${colours[others.indexOf(systemOf(name)) % colours.length]!}`,
  }
}

/** `bare Fastify + BullMQ, 1,000 waiting` has the colour of the same with a million. */
const systemOf = (name: string) => name.split(', ')[0]!

export const isOurs = (name: string) => name.startsWith(ourName)
