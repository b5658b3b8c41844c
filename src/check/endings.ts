import { promisedMs } from './ended.ts'
import type { Lab } from './lab.ts'
import type { Sample } from './probe-growth.ts'

type Params = Record<string, unknown>

/** How long the threads of ended runs were there afterwards, in milliseconds; null: longer than was waited for. */
export interface Endings {
  /** Of runs that nobody wanted any more. */
  lingeredMs: (number | null)[]
  /** Of runs at their deadline. */
  lateMs: (number | null)[]
  /** What they had started and was still there when it should have ended, too, by name. */
  processes: string[]
}

/** A run that is long enough to be ended in its middle: the one asked for, else the longest that was tried. */
export function longRun(base: Sample, samples: readonly Sample[]): Sample {
  if (base.ms >= 200) return base
  return samples.reduce((a, b) => (b.ms > a.ms ? b : a), base)
}

const shortestEndedMs = 40

/** Ends runs in their middle: five that nobody wants any more, two at a deadline. */
export async function endings(
  lab: Lab,
  { params, ms }: Sample,
  onCheck: (name: string) => void,
): Promise<Endings> {
  const processes: string[] = []
  if (ms < shortestEndedMs) return { lingeredMs: [], lateMs: [], processes }
  const spanMs = Math.min(ms, 3000)
  const parts = [0.1, 0.3, 0.5, 0.7, 0.9]
  onCheck('cancellable')
  const cancel = () =>
    lingering(
      lab,
      parts.map((part) => ({ params, timeoutMs: 60_000, abortAfterMs: part * spanMs })),
      processes,
    )
  let lingeredMs = await cancel()
  // What else the machine does may delay an end: the better of two rounds counts.
  if ([1, 2, 3].includes(late(lingeredMs)) && !lingeredMs.includes(null)) {
    const again = await cancel()
    if (late(again) < late(lingeredMs)) lingeredMs = again
  }
  onCheck('deadline')
  const timeoutMs = Math.ceil(spanMs / 2)
  const twice = [1, 2].map(() => ({ params, timeoutMs }))
  return { lingeredMs, lateMs: await lingering(lab, twice, processes), processes }
}

const late = (lingeredMs: (number | null)[]) =>
  lingeredMs.filter((ms) => ms === null || ms > promisedMs).length

interface Ended {
  params: Params
  timeoutMs: number
  abortAfterMs?: number
}

/** How long the threads of runs were there after their ends; not of those that came to their own end before. */
async function lingering(
  lab: Lab,
  ended: Ended[],
  processes: string[],
): Promise<(number | null)[]> {
  const found: (number | null)[] = []
  for (const each of ended) {
    const result = await lab.run({ on: 'thread', ...each })
    if (result.ok) continue
    processes.push(...(result.processes ?? []))
    const wasEnded = ['aborted', 'deadline', 'process died'].includes(result.reason)
    if (wasEnded) found.push(result.lingeredMs ?? null)
    if (result.lingeredMs !== null) continue
    lab.close() // it would go on there, and slow down what follows
    if (late(found) > 1) break
  }
  return found
}
