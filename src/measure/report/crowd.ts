import { createRandom } from '../../random.ts'
import type { Point } from '../../report/plot/marks.ts'

/** A pixel each: what is narrower cannot be seen. */
export const COLUMNS = 476

/** More than these make a plot slower to open, and no clearer. */
export const MAX_POINTS = 2000

/** In which column something from 0 to `to` stands; what is beyond is in the last one. */
export function columnOf(x: number, to: number): number {
  if (!(to > 0)) return 0
  return Math.max(0, Math.min(COLUMNS - 1, Math.floor((COLUMNS * x) / to)))
}

/**
 * Any number of points, in little memory: all of them while they are few; then, of each column, the
 * highest, and of the others some by chance (algorithm R: Vitter, Random Sampling with a Reservoir, 1985).
 * Whatever stands out stays. Same points in the same order, same choice.
 */
export class Crowd {
  readonly #to: number
  readonly #most: number
  readonly #random = createRandom(1985)
  #few: Point[] | undefined = []
  readonly #columns = new Map<number, Column>()
  /** The y of all points, those that are left out too. */
  least = Number.POSITIVE_INFINITY
  greatest = Number.NEGATIVE_INFINITY

  /**
   * @param to where x ends; it begins at 0
   * @param most about how many points are kept, but one a column in any case
   */
  constructor(to: number, most = MAX_POINTS) {
    this.#to = to
    this.#most = most
  }

  add(point: Point): void {
    this.least = Math.min(this.least, point.y)
    this.greatest = Math.max(this.greatest, point.y)
    if (this.#few === undefined) {
      this.#addToColumn(point)
      return
    }
    this.#few.push(point)
    if (this.#few.length <= this.#most) return
    for (const each of this.#few) this.#addToColumn(each)
    this.#few = undefined
  }

  /** Ascending by x. */
  points(): Point[] {
    const kept = this.#few ?? [...this.#columns.values()].flatMap(({ top, some }) => [top, ...some])
    return kept.toSorted((a, b) => a.x - b.x)
  }

  #addToColumn(point: Point): void {
    const index = columnOf(point.x, this.#to)
    const column = this.#columns.get(index)
    if (column === undefined) {
      this.#columns.set(index, { top: point, some: [], passed: 0 })
      return
    }
    const isHigher = point.y > column.top.y
    const other = isHigher ? column.top : point
    if (isHigher) column.top = point
    column.passed++
    const room = Math.max(0, Math.floor(this.#most / COLUMNS) - 1)
    const place =
      column.passed <= room ? column.some.length : Math.floor(this.#random() * column.passed)
    if (place < room) column.some[place] = other
  }
}

interface Column {
  top: Point
  some: Point[]
  /** How many there were besides the highest. */
  passed: number
}
