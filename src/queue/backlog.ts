/**
 * How many jobs wait, known well enough to bound them without asking Redis for each: counted afresh
 * ten times a second, and by what this process has added since. With N servers the limit can be passed
 * by what the others add within a tenth of a second.
 */
export interface Backlog {
  length(): Promise<number>
  /** This process has added a job. */
  grew(): void
}

const freshMs = 100
const usableMs = 1000

export function createBacklog(
  count: () => Promise<number>,
  now: () => number = () => performance.now(),
): Backlog {
  let counted = 0
  let addedSince = 0
  let countedAt = Number.NEGATIVE_INFINITY
  let counting: Promise<void> | undefined

  function refresh(): Promise<void> {
    counting ??= recount().finally(() => {
      counting = undefined
    })
    return counting
  }

  async function recount(): Promise<void> {
    const before = addedSince
    counted = await count()
    // What was added while Redis counted may be in the count or not: it stays counted here, once.
    addedSince -= before
    countedAt = now()
  }

  return {
    async length() {
      const age = now() - countedAt
      if (age > usableMs) await refresh()
      else if (age > freshMs) refresh().catch(() => {}) // the add that follows tells the client
      return counted + addedSince
    },
    grew() {
      addedSince++
    },
  }
}
