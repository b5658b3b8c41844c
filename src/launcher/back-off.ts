/** A process that lives for less than this, counted from its start, has died quickly. */
export const QUICK_DEATH_MS = 5000

/** So many quick deaths in a row are no accident. */
export const MAX_QUICK_DEATHS = 5

const FIRST_DELAY_MS = 100

/** What to do about a process that has died. `delayMs` undefined: give up. */
export interface Verdict {
  quickDeaths: number
  delayMs: number | undefined
}

/**
 * Decides about a process that died `livedMs` after its start, having died quickly `quickDeaths`
 * times in a row before: it starts again after a delay that doubles with each quick death.
 */
export function afterDeath(quickDeaths: number, livedMs: number): Verdict {
  if (livedMs >= QUICK_DEATH_MS) return { quickDeaths: 0, delayMs: FIRST_DELAY_MS }
  const deaths = quickDeaths + 1
  if (deaths >= MAX_QUICK_DEATHS) return { quickDeaths: deaths, delayMs: undefined }
  return { quickDeaths: deaths, delayMs: FIRST_DELAY_MS * 2 ** (deaths - 1) }
}
