/** Between two requests of the bystander, in milliseconds. */
export const everyMs = 200

/**
 * When the bystander's requests are due: evenly, whatever became of the ones before. Times are
 * milliseconds of one clock.
 */
export interface Schedule {
  /** The first that is due; later ones follow every `everyMs`. */
  beginsAt: number
  everyMs: number
}

/**
 * The requests that have become due since `seen`, up to now. Where this page itself could not run for
 * longer than `lateMs` (a tab in the background, a computer that slept), those that it has missed are
 * left out: their lateness would be the page's, not the service's.
 */
export function dueBy(
  { beginsAt, everyMs }: Schedule,
  { seen, now, lateMs }: { seen: number; now: number; lateMs: number },
): number[] {
  const from = Math.max(seen, now - lateMs)
  const first = Math.max(0, Math.floor((from - beginsAt) / everyMs) + 1)
  const due: number[] = []
  for (let at = beginsAt + first * everyMs; at <= now; at += everyMs) due.push(at)
  return due
}
