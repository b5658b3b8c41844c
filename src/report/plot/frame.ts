import { type Markup, markup } from '../markup.ts'
import { boxPath, markerPath, path } from './marks.ts'
import type { SeriesStyle } from './palette.ts'
import type { Scale } from './scale.ts'
import { sheet } from './sheet.ts'
import { cut, textWidth } from './text.ts'

/** A plot, ready for a file or a page. */
export interface Plot {
  /** Fit for a file name. */
  name: string
  svg: string
}

/** The rectangle in which values are drawn, in pixels. */
export interface Area {
  left: number
  right: number
  top: number
  bottom: number
}

/** Plots of a page are as wide, so that their words are of one size side by side. */
export const WIDTH = 560

const styleElement = markup`<style>${sheet}</style>`

/** A plot for a page that has the style sheet of all plots. */
export const withoutSheet = ({ svg }: Plot) => svg.replace(styleElement.text, () => '')

/** The whole file: its words for those who do not see it, its own style sheet, paper and title. */
export function svgFile(
  title: string,
  {
    says,
    width = WIDTH,
    height,
    body,
  }: { says: string; width?: number; height: number; body: (Markup | null)[] },
): string {
  return `${
    markup`<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMinYMin" role="img" aria-label="${title}. ${says}">
<title>${title}</title>
${styleElement}
<rect class="paper" width="${width}" height="${height}"/>
<text class="title" x="14" y="24">${cut(title, width - 60)}</text>
${body.filter((each) => each !== null).map((each) => markup`${each}\n`)}</svg>`.text
  }\n`
}

/** Lines across, and the words of the scale to the left. `name` stands on top. */
export function yAxis(scale: Scale, area: Area, name: string): Markup {
  return markup`<g class="axis">${scale.ticks.map(({ value, label }) => {
    const y = scale.at(value)
    return markup`<path class="${label === '' ? 'grid minor' : 'grid'}" d="M${area.left} ${y}H${area.right}"/>${
      label !== '' && markup`<text class="end" x="${area.left - 8}" y="${y + 4}">${label}</text>`
    }`
  })}${name !== '' && markup`<text class="name" x="14" y="${area.top - 12}">${name}</text>`}</g>`
}

/** The base line with its ticks, their words, and what they mean. */
export function xAxis(
  scale: Scale,
  area: Area,
  name: string,
  { grid = false }: { grid?: boolean } = {},
): Markup {
  const y = area.bottom
  return markup`<g class="axis">${scale.ticks.map(({ value, label }) => {
    const x = scale.at(value)
    return markup`<path class="${grid ? 'grid' : 'tick'}" d="M${x} ${grid ? area.top : y}V${y + 5}"/><text class="middle" x="${x}" y="${y + 19}">${label}</text>`
  })}<path class="base" d="M${area.left} ${y}H${area.right}"/><text class="name end" x="${area.right}" y="${y + 37}">${name}</text></g>`
}

/** One line of a legend: what it looks like within 24 × 12 pixels, and what it is. */
export interface Entry {
  sample: (x: number, y: number) => (Markup | null)[]
  label: string
}

/** A line with a mark on it. */
export function seriesEntry(style: SeriesStyle, label: string): Entry {
  return {
    label,
    sample: (x, y) => [
      path(`line ${style.colour}`, `M${x} ${y}h26`, style.dash),
      path(`mark ${style.colour}`, markerPath([{ x: x + 13, y }], style.marker)),
    ],
  }
}

/** A filled box. */
export function boxEntry(className: string, label: string): Entry {
  return { label, sample: (x, y) => [path(className, boxPath(x + 3, y - 5, 20, 10))] }
}

/** Entries side by side as long as there is room; and how high that is. */
export function legend(entries: readonly Entry[], top: number): { body: Markup; height: number } {
  const left = 14
  const gap = 34
  let x = left
  let row = 0
  const rowHeight = 20
  const body = entries.map(({ sample, label }) => {
    const words = cut(label, WIDTH - left - gap - 14)
    const width = gap + textWidth(words) + 14
    if (x > left && x + width > WIDTH) {
      x = left
      row += 1
    }
    const y = top + row * rowHeight + 8
    const drawn = markup`${sample(x, y)}<text x="${x + gap}" y="${y + 4}">${words}</text>`
    x += width
    return drawn
  })
  const height = entries.length === 0 ? 0 : (row + 1) * rowHeight
  return { body: markup`<g class="legend">${body}</g>`, height }
}
