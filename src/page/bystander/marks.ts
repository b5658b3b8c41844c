import type { Entry, Executor } from '../work/entries.ts'

/** Heavy work on the time axis: from when it was asked for to when it ended. */
export interface Mark {
  executor: Executor
  /** Milliseconds of the epoch. */
  from: number
  to: number
  /** In which of the lines, so that those that overlap stand one above the other. */
  line: number
}

/** More lines than these would leave no room for the plot; what comes on top shares the last one. */
export const mostLines = 4

/** The marks of what this page has run, as far as it reaches into the time that is shown. */
export function marksOf(
  entries: readonly Entry[],
  { from, now }: { from: number; now: number },
): Mark[] {
  const freeAt: number[] = []
  return entries
    .filter(({ endedAt }) => endedAt === undefined || endedAt >= from)
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .map(({ executor, sentAt, endedAt = now }) => {
      const free = freeAt.findIndex((at) => at <= sentAt)
      const line = Math.min(free < 0 ? freeAt.length : free, mostLines - 1)
      freeAt[line] = Math.max(freeAt[line] ?? 0, endedAt)
      return { executor, from: sentAt, to: endedAt, line }
    })
}
