import { type Markup, markup } from '../../../report/markup.ts'
import type { Entry } from '../../../report/plot/frame.ts'
import { linePath, type Point, path } from '../../../report/plot/marks.ts'

/** What is drawn lighter: what lies beyond all that was measured. */

export interface Placed extends Point {
  isOutside: boolean
}

/** A line through points; lighter to and from those that lie outside. */
export function lineInParts(className: string, points: readonly Placed[], dash = ''): Markup {
  const [inside, outside] = [false, true].map((isOutside) =>
    path(className, partsOf(points, isOutside).map(linePath).join(''), dash),
  )
  return markup`${inside}${lighter(outside ?? null)}`
}

/** Runs of neighbouring points between all of which the line is of one kind. */
function partsOf(points: readonly Placed[], isOutside: boolean): Placed[][] {
  const parts: Placed[][] = []
  for (const [index, to] of points.entries()) {
    const from = points[index - 1]
    if (from === undefined || (from.isOutside || to.isOutside) !== isOutside) continue
    if (parts.at(-1)?.at(-1) === from) parts.at(-1)!.push(to)
    else parts.push([from, to])
  }
  return parts
}

export function lighter(drawn: Markup | null): Markup | null {
  return drawn === null ? null : markup`<g opacity="0.45">${drawn}</g>`
}

/** For a legend: what a lighter line means. */
export function beyondEntry(className: string): Entry {
  return {
    label: 'lighter: beyond what was measured',
    sample: (x, y) => [lighter(path(className, `M${x} ${y}h26`))],
  }
}
