/** Bounds what the list's results take: pictures are a megabyte each, and a page stays open for hours. */

/** From how many characters of JSON on a result counts. */
const largeFrom = 50_000
const mostLarge = 16

/** In the place of a result that was let go. */
export const letGo = Symbol('a large result that is not kept any more')

/** Keeps count of the large results, and says which have to go. */
export function createResultRoom(limit = mostLarge) {
  const large = new Set<number>()
  return {
    letGo,
    /** @returns the ids of those whose results must go to make room */
    enter(id: number, result: unknown): number[] {
      if (result === undefined || JSON.stringify(result).length < largeFrom) return []
      large.add(id)
      const leaving = [...large].slice(0, Math.max(0, large.size - limit))
      for (const each of leaving) large.delete(each)
      return leaving
    },
  }
}
