import { extname } from 'node:path'

/** Which clock a lab has: the true one, one that is ahead of it, one that stands still. */
export type Clock = 'true' | 'ahead' | 'stopped'

/**
 * By so much another clock is ahead: a year and some, so that each part of a date is another (year, month,
 * day, day of the week, hour, minute, second), however coarsely a task looks at it.
 */
export const aheadMs = ((400 * 24 + 7) * 3600 + 13 * 60 + 17) * 1000 + 123

/** What Node is started with so that a process and its threads have this clock. */
export function clockArguments(clock: Clock): string[] {
  if (clock === 'true') return []
  const module = new URL(`./other-clock${extname(import.meta.filename)}`, import.meta.url)
  module.search = clock === 'ahead' ? `ahead=${aheadMs}` : `at=${stoppedAt}`
  return ['--import', module.href]
}

/** The same for all processes of one command. */
const stoppedAt = Date.now()
