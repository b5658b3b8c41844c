import { type Markup, markup } from '../../src/report/markup.ts'
import { type Plot, svgFile } from '../../src/report/plot/frame.ts'
import { wrap } from '../../src/report/wrap.ts'
import type { Figure } from '../rows/row.ts'
import { bar, barHeight } from './bar.ts'
import { type BarLayout, isOurs, layoutOf, left, plotWidth } from './layout.ts'
import { type Measure, measuresOf } from './measures.ts'
import type { MeasuredRow } from './results.ts'
import { medianOf, outcomeOf, ratioOf, targetOf, targetValueOf } from './words.ts'

const headingHeight = 30
/** In signs. */
const lineWidth = 112

/** A file name without its ending. */
export const plotName = (row: string) => row.replaceAll(/[^a-z0-9]+/gi, '-')

/** Everybody's medians of one row as bars, with the range of their rounds and what should be reached. */
export function plot({ name, about }: Pick<MeasuredRow, 'name' | 'about'>, of: Figure[]): Plot {
  const measures = measuresOf(of)
  const layout = layoutOf(measures)
  const intro = wrap(about, lineWidth)
  let y = 34 + 16 * intro.length
  const body: Markup[] = intro.map((line, index) => words(line, 44 + 16 * index))
  for (const measure of measures) {
    y += headingHeight
    body.push(words(measure.name, y - 8, 'label', 600))
    for (const drawn of barsOf(measure, layout)) {
      body.push(drawn(y))
      y += barHeight
    }
  }
  const key = wrap(keyOf(of), lineWidth)
  body.push(...key.map((line, index) => words(line, y + 26 + 16 * index)))
  return {
    name: plotName(name),
    svg: svgFile(name, {
      says: `${about}.`,
      width: plotWidth,
      height: y + 26 + 16 * key.length,
      body: [markup`<desc>${measures.map(described).join(' ')}</desc>`, ...body],
    }),
  }
}

function barsOf({ unit, ours, figures }: Measure, layout: BarLayout): ((y: number) => Markup)[] {
  const targets = figures.flatMap((each) => {
    const value = targetValueOf(each)
    const { name } = each.theirs
    const colour = isOurs(name) ? 'mark ink' : layout.colourOf(name)
    return value === undefined || Number.isNaN(value) ? [] : [{ value, colour }]
  })
  // A peer may stand against its own bare loop.
  const own = isOurs(ours.name) ? 'mark blue' : layout.colourOf(ours.name)
  return [
    (y) => bar({ side: ours, unit, colour: own, targets }, y, layout),
    ...figures.map((figure) => (y: number) => {
      const colour = layout.colourOf(figure.theirs.name)
      return bar({ side: figure.theirs, unit, colour, figure }, y, layout)
    }),
  ]
}

function words(text: string, y: number, className = 'words', weight = 400): Markup {
  return markup`<text class="${className}" font-weight="${weight}" x="${left}" y="${y}">${text}</text>`
}

function keyOf(figures: readonly Figure[]): string {
  const target = figures.some(({ reach }) => reach !== undefined)
  return [
    'Bars: medians; thin lines: from the lowest round to the highest.',
    `At the right: the ratio of the first to this one${target ? ', and its target' : ''}.`,
    ...(target ? ['Upright marks at the first bar: where a target is.'] : []),
  ].join(' ')
}

/** For those who do not see it. */
function described({ name, unit, ours, figures }: Measure): string {
  const others = figures.map((each) => {
    const target = targetOf(each) === '' ? '' : `, target ${targetOf(each)}`
    return `${each.theirs.name} ${medianOf(each.theirs, unit)} (ratio ${ratioOf(each)}${target}, ${outcomeOf(each)})`
  })
  return `${name}: ${ours.name} ${medianOf(ours, unit)}; ${others.join('; ')}.`
}
