import { type Markup, markup } from '../../src/report/markup.ts'
import { boxPath, path } from '../../src/report/plot/marks.ts'
import { cut } from '../../src/report/plot/text.ts'
import { median } from '../figures.ts'
import { type Figure, isReached, type Side } from '../rows/row.ts'
import { type BarLayout, left } from './layout.ts'
import { highest, valuesOf } from './measures.ts'
import { comparedOf, medianOf } from './words.ts'

export interface Bar {
  side: Side
  unit: string
  /** Classes of the plots' style sheet. */
  colour: string
  /** Marks across it: where it should end, and the classes of what it is compared with. */
  targets?: readonly { value: number; colour: string }[]
  /** What is said of it at the right. */
  figure?: Figure
}

export const barHeight = 24
const thickness = 14

/** A line of a plot: a name, a bar with its range, its value in words, and how ours compares. */
export function bar(
  { side, unit, colour, targets = [], figure }: Bar,
  top: number,
  { right, scaleOf }: BarLayout,
): Markup {
  const { at } = scaleOf(unit)
  const zero = at(0)
  const middle = top + barHeight / 2
  const width = Math.max(1, at(median(side.samples)) - zero)
  const end = Math.max(
    zero,
    ...[highest(valuesOf(side)), ...targets.map(({ value }) => value)].map(at),
  )
  const text = (x: number, words: string, more = markup``) =>
    markup`<text${more} x="${x}" y="${middle + 4}">${words}</text>`
  return markup`<g>${text(left, cut(side.name, zero - left), markup` class="label"`)}${
    side.samples.length > 0 && path(colour, boxPath(zero, middle - thickness / 2, width, thickness))
  }${whisker(side, at, middle)}${targets.map(({ value, colour: of }) => target(at(value), middle, of))}${path(
    'base',
    `M${zero} ${top}v${barHeight}`,
  )}${text(end + 8, medianOf(side, unit), markup` class="label"`)}${
    figure !== undefined &&
    text(
      right,
      comparedOf(figure),
      isReached(figure) === false
        ? markup` class="label end" font-weight="600"`
        : markup` class="end"`,
    )
  }</g>`
}

/** From the lowest to the highest sample; null where there is one only. */
function whisker({ samples }: Side, at: (value: number) => number, y: number): Markup | null {
  if (samples.length < 2) return null
  const [low, high] = [Math.min(...samples), Math.max(...samples)].map((each) => short(at(each)))
  return path('line ink thin', `M${low} ${y - 3}v6M${low} ${y}H${high}M${high} ${y - 3}v6`)
}

/** In the colour of what it comes from, with paper around, so that it is seen on a bar too. */
function target(x: number, y: number, colour: string): Markup {
  return markup`${path('paper', boxPath(x - 2.5, y - 11, 5, 22))}${path(colour, boxPath(x - 1.5, y - 10, 3, 20))}`
}

const short = (value: number) => Math.round(value * 100) / 100
