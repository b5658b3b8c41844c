/**
 * The line in front of the threads: who came first goes first, also who has been at a thread already and was
 * sent back.
 */
export interface Line<Each extends { readonly id: number }> {
  readonly size: number
  /** To the end: `id` is larger than that of all who came before. */
  add(each: Each): void
  /** Back to where it was in the order of coming. */
  addBack(each: Each): void
  /** Whose turn it is: undefined where nobody waits. */
  take(): Each | undefined
  /** @returns whether it was in the line */
  remove(each: Each): boolean
}

export function createLine<Each extends { readonly id: number }>(): Line<Each> {
  const waiting = new Set<Each>()
  /** All of them came before all who wait. They are a few at most. */
  const sentBack = new Set<Each>()

  function first(): Each | undefined {
    if (sentBack.size === 0) return waiting.values().next().value
    return [...sentBack].reduce((first, each) => (each.id < first.id ? each : first))
  }

  function remove(each: Each): boolean {
    return waiting.delete(each) || sentBack.delete(each)
  }

  return {
    get size() {
      return waiting.size + sentBack.size
    },
    add: (each) => void waiting.add(each),
    addBack: (each) => void sentBack.add(each),
    take() {
      const each = first()
      if (each !== undefined) remove(each)
      return each
    },
    remove,
  }
}
