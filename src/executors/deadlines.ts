/**
 * One timer for all deadlines: most runs end long before theirs, and a timer for each would be made for
 * nothing. Times are milliseconds of the given clock.
 */
export interface Deadlines {
  /** There is one more. */
  add(deadline: number): void
  /** Nobody waits: from now on the timer keeps no process alive. */
  rest(): void
}

const longestMs = 2 ** 31 - 1

/**
 * @param all those that there are, without any of which the timer rests
 * @param onPassed called for each whose deadline has passed
 */
export function createDeadlines<Each extends { readonly deadline: number }>(
  all: { values(): Iterable<Each> },
  onPassed: (each: Each) => void,
  clock: () => number,
): Deadlines {
  let timer: NodeJS.Timeout | undefined
  let ringsAt = Number.POSITIVE_INFINITY

  function setFor(deadline: number): void {
    clearTimeout(timer)
    ringsAt = deadline
    timer = setTimeout(ring, Math.min(longestMs, Math.max(1, Math.ceil(deadline - clock()))))
  }

  function ring(): void {
    const now = clock()
    ringsAt = Number.POSITIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (const each of [...all.values()])
      if (each.deadline <= now) onPassed(each)
      else next = Math.min(next, each.deadline)
    if (next < ringsAt) setFor(next)
  }

  return {
    add(deadline) {
      if (deadline < ringsAt) setFor(deadline)
      else timer?.ref()
    },
    rest: () => void timer?.unref(),
  }
}
