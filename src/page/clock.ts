/**
 * The time by the page's only clock, in milliseconds of the epoch: it never jumps, so that what this page
 * has sent, seen and run can be compared. It may differ from the time of day by what that was set since,
 * and by what the computer has slept.
 */
export const now = (): number => performance.timeOrigin + performance.now()

/** What the time of day was at a time of this clock. */
export const timeOfDay = (at: number): number => at + Date.now() - now()
