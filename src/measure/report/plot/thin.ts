export interface Point {
  x: number
  y: number
}

/** More than these make a plot slower to open, and no clearer. */
export const MAX_POINTS = 2000

/**
 * At most about `most` points: of each pixel's width, the highest value, and of the others every so
 * many. Whatever stands out stays. Same points, same choice.
 *
 * @param points ascending by x, in pixels; the higher value has the *smaller* y, as on paper
 */
export function thin(points: readonly Point[], most = MAX_POINTS): Point[] {
  if (points.length <= most) return [...points]
  const columns = Map.groupBy(points, ({ x }) => Math.floor(x))
  const each = Math.max(1, Math.floor(most / columns.size))
  return [...columns.values()].flatMap((column) => {
    if (column.length <= each) return column
    const highest = column.reduce((a, b) => (b.y < a.y ? b : a))
    const every = column.length / Math.max(1, each - 1)
    const some = column.filter(
      (_, index) => Math.floor(index / every) !== Math.floor((index - 1) / every),
    )
    return column.filter((point) => point === highest || (each > 1 && some.includes(point)))
  })
}

/** One mark a pixel is enough where only *that* something happened is shown. */
export function onePerPixel(xs: readonly number[]): number[] {
  return [...new Map(xs.map((x) => [Math.floor(x), x])).values()]
}
