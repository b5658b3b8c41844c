/** A place in the picture, in pixels from its top left corner. */
export interface Place {
  left: number
  top: number
  width: number
  height: number
}

/** A cubic curve from one place to another. */
export type Wire = [from: Point, leaving: Point, arriving: Point, to: Point]
export type Point = [x: number, y: number]

export const wireName = (from: string, to: string) => `${from}>${to}`

/**
 * From the side of a place that faces the other: from right to left where that one stands beside it,
 * from bottom to top where it stands below.
 */
export function wireBetween(from: Place, to: Place): Wire {
  const beside = to.left >= from.left + from.width
  const start: Point = beside
    ? [from.left + from.width, from.top + from.height / 2]
    : [from.left + from.width / 2, from.top + from.height]
  const end: Point = beside ? [to.left, to.top + to.height / 2] : [to.left + to.width / 2, to.top]
  const half = beside ? (end[0] - start[0]) / 2 : (end[1] - start[1]) / 2
  const bend = ([x, y]: Point, by: number): Point => (beside ? [x + by, y] : [x, y + by])
  return [start, bend(start, half), bend(end, -half), end]
}

/** The point of a wire at a share of its way from 0 to 1: de Casteljau's formula for a cubic curve. */
export function pointOn([a, b, c, d]: Wire, share: number): Point {
  const s = 1 - share
  const at = (i: 0 | 1) =>
    s ** 3 * a[i] + 3 * s ** 2 * share * b[i] + 3 * s * share ** 2 * c[i] + share ** 3 * d[i]
  return [at(0), at(1)]
}

/** As an SVG path. */
export function pathOf(wire: Wire): string {
  const [a, ...rest] = wire.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`)
  return `M${a} C${rest.join(', ')}`
}
