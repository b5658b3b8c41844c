import { type Markup, markup } from '../../../report/markup.ts'
import { path, stepPath } from '../../../report/plot/marks.ts'
import type { Scale } from '../../../report/plot/scale.ts'
import type { Step } from '../work.ts'

/** Where it lies, from top to bottom. */
export const strip = { top: 46, bottom: 76 }

/** How many tasks ran at once, on top of a plot over time: where only one can, these are bars. */
export function workStrip(
  steps: readonly Step[],
  {
    x,
    most,
    colour,
    left,
    right,
  }: {
    /** Of seconds. */
    x: Scale
    most: number
    colour: string
    left: number
    right: number
  },
): (Markup | null)[] {
  const { top, bottom } = strip
  // One among hundreds can still be seen.
  const height = (count: number) =>
    count === 0 ? bottom : bottom - Math.max(1.5, ((bottom - top) * count) / most)
  const points = steps.map(({ at, count }) => ({ x: x.at(at / 1000), y: height(count) }))
  const area =
    points.length === 0 ? '' : `${stepPath([{ x: points[0]!.x, y: bottom }, ...points])}V${bottom}z`
  return [
    path(`work ${colour}`, area),
    markup`<g class="axis"><path class="base" d="M${left} ${bottom}H${right}"/><text class="end" x="${left - 8}" y="${bottom - 3}">at work</text><text class="end" x="${left - 8}" y="${top + 8}">${most}</text></g>`,
  ]
}
