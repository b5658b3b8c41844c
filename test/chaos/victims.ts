import { afterDeath } from '../../src/launcher/back-off.ts'
import type { Random } from './random.ts'

/** A process that may be killed, as its supervisor looks at it. */
export interface Candidate {
  name: string
  /** Since its last start, in milliseconds; not more than it really was. */
  livedMs: number
  /** How often in a row it has died soon after its start. */
  quickDeaths: number
}

/** Time that a killed process takes until it is there again, above the delay of the back-off. */
const RESPAWN_MS = 400
/** So many kills are thought ahead. */
const AHEAD = 12

/**
 * Chooses whom to kill: at random, but never a process that its supervisor would give up for it, and so
 * that kills can go on every `everyMs`: a process whose credit is used up needs some seconds of peace, and
 * another must take the kills meanwhile.
 *
 * @returns undefined where none may be killed now
 */
export function chooseVictim(
  candidates: readonly Candidate[],
  everyMs: number,
  random: Random,
): Candidate | undefined {
  const killable = candidates.filter(mayDie)
  const sustainable = killable.filter((each) =>
    goesOn(afterKill(candidates, each, everyMs), everyMs),
  )
  if (sustainable.length > 0)
    return random.pick(sustainable.map((each) => ({ ...each, weight: 1 })))
  return mostUsed(killable)
}

/** Whether its supervisor would start it again. */
export function mayDie({ quickDeaths, livedMs }: Candidate): boolean {
  return afterDeath(quickDeaths, livedMs).delayMs !== undefined
}

/** All of them, one interval after `victim` was killed. */
function afterKill(
  candidates: readonly Candidate[],
  victim: Candidate,
  everyMs: number,
): Candidate[] {
  return candidates.map((each) => {
    if (each.name !== victim.name) return { ...each, livedMs: each.livedMs + everyMs }
    const { quickDeaths, delayMs = 0 } = afterDeath(each.quickDeaths, each.livedMs)
    return { ...each, quickDeaths, livedMs: everyMs - delayMs - RESPAWN_MS }
  })
}

/** Whether there is somebody to kill at each of the next intervals, if it is done as well as can be. */
function goesOn(candidates: Candidate[], everyMs: number): boolean {
  let now = candidates
  for (let kill = 0; kill < AHEAD; kill++) {
    const victim = mostUsed(now.filter((each) => each.livedMs > 0 && mayDie(each)))
    if (victim === undefined) return false
    now = afterKill(now, victim, everyMs)
  }
  return true
}

/** The one that has used most of its credit: the others go on resting meanwhile. */
function mostUsed(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.toSorted((a, b) => b.quickDeaths - a.quickDeaths || b.livedMs - a.livedMs)[0]
}
