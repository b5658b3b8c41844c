import type { Clock } from './clock.ts'
import { createLab, type Lab } from './lab.ts'
import type { RunResult, Subject } from './lab-messages.ts'
import { difference, type PlacedRun } from './same-result.ts'

export type Place = PlacedRun['on']

/** So long after a run what it has left may still end its process. */
const settleMs = 100

export interface Placing {
  params: Record<string, unknown>
  /** How long a run may take, in milliseconds. */
  patienceMs: number
  loopRuns: number
  queueRuns: number
}

/** Runs where it has not run yet, beside those on the thread. */
export async function placeRuns(
  labs: Record<Place, Lab>,
  onThread: readonly RunResult[],
  placing: Placing,
): Promise<PlacedRun[]> {
  const [onLoop, onQueue] = await Promise.all([
    runsIn(labs, 'event loop', placing.loopRuns, placing),
    runsIn(labs, 'queue', placing.queueRuns, placing),
  ])
  return [...onLoop, ...onThread.map((result) => ({ on: 'thread' as const, result })), ...onQueue]
}

/**
 * Where results differ, and not only on the queue: the same runs, in new processes, with a clock that stands
 * still. None where there is nothing to find out.
 */
export async function stopTheClock(
  subject: Subject,
  placed: readonly PlacedRun[],
  placing: Placing,
): Promise<PlacedRun[]> {
  const found = difference(placed)
  const isClear = found === undefined || found.kind === 'later'
  if (isClear || placed.some(({ result }) => !result.ok || result.observed?.changed)) return []
  const clock: Clock = 'stopped'
  const labs = { 'event loop': createLab(subject, clock), thread: createLab(subject, clock) }
  try {
    const both = await Promise.all([
      runsIn(labs, 'event loop', 2, placing),
      runsIn(labs, 'thread', 2, placing),
    ])
    return both.flat()
  } finally {
    for (const lab of Object.values(labs)) lab.close()
  }
}

async function runsIn<P extends Place>(
  labs: Record<P, Lab>,
  on: P,
  times: number,
  { params, patienceMs }: Placing,
): Promise<PlacedRun[]> {
  const found: PlacedRun[] = []
  while (found.length < times) {
    const result = await labs[on].run({
      params,
      timeoutMs: patienceMs,
      ...(on === 'event loop' ? { on, settleMs } : { on: 'thread' as const }),
    })
    found.push({ on, result })
    // What does not end once would not end again.
    if (!result.ok && result.reason === 'deadline') break
  }
  return found
}
