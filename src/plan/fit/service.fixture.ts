import type { RequestRecord } from '../../measure/records/record.ts'
import { exampleRun, exampleRunTrial } from '../../measure/records/run.fixture.ts'
import type { Run } from '../../measure/records/run.ts'
import type { Condition } from '../../measure/scenario/schema.ts'
import type { Summary } from '../../measure/summary/schema.ts'
import { summarise } from '../../measure/summary/summarise.ts'
import { createRandom } from '../../random.ts'

/** A made-up service and machine: what a fit should find again. Times are milliseconds. */
export interface Service {
  cores: number
  /** Of each instance; one is there. */
  threads: number
  /** How fast each of n is at once, from one on, up to the cores; beyond, these are shared. */
  speeds: readonly number[]
  /** Draws the time of a task alone from a number in [0, 1). */
  work(random: number): number
  /** After a run, until the thread begins the next. */
  gapMs: number
  overheadMs: number
  /** Until an idle thread begins. */
  pickUpMs: number
}

/** A task of 60 ms, give or take a tenth, on two cores that disturb each other. */
export const service: Service = {
  cores: 2,
  threads: 2,
  speeds: [1, 0.95],
  work: (random) => 54 + 12 * random,
  gapMs: 0,
  overheadMs: 3,
  pickUpMs: 1,
}

export interface Measured {
  executor?: Condition['executor']
  ratePerS: number
  durationMs?: number
  seed?: number
}

/** What `measure` would have written of it: Poisson arrivals, first come, first served. */
export async function summaryOf(
  of: Service,
  measured: readonly Measured[],
  changes: Partial<Run> = {},
): Promise<Summary> {
  const conditions = measured.map(({ executor = 'thread', ratePerS }, index) => ({
    key: `condition-${index}`,
    label: `condition ${index}`,
    executor,
    servers: 1,
    workers: 1,
    rate: { shape: 'constant' as const, rate: ratePerS },
    version: '',
  }))
  const trials = measured.map(({ durationMs = 60_000 }, index) =>
    exampleRunTrial({ index, condition: `condition-${index}`, durationMs }),
  )
  const base = exampleRun()
  const machine = { ...base.machine, cores: of.cores }
  const run = { ...base, conditions, trials, machine, ...changes }
  const records = measured.flatMap((each, index) => recordsOf(of, each, index))
  async function* from<T>(values: Iterable<T>): AsyncGenerator<T> {
    yield* values
  }
  return summarise(run, from(records), from([]))
}

interface Active {
  due: number
  begun: number
  /** Work that is left; for the gap after it, time. */
  left: number
  isGap: boolean
}

/** In order of their ends; those of the second before 0 are the warm-up. */
function recordsOf(
  { cores, threads, speeds, work, gapMs, overheadMs, pickUpMs }: Service,
  { executor, ratePerS, durationMs = 60_000, seed = 1 }: Measured,
  trial: number,
): RequestRecord[] {
  const random = createRandom(seed)
  const due: number[] = []
  for (let at = -1000; ; ) {
    at -= (Math.log(1 - random()) * 1000) / ratePerS
    if (at >= durationMs) break
    due.push(at)
  }
  const records: RequestRecord[] = []
  const line: number[] = []
  let active: Active[] = []
  let now = due[0] ?? 0
  let next = 0
  while (next < due.length || line.length > 0 || active.length > 0) {
    while (line.length > 0 && active.length < threads) {
      const first = line.shift()!
      active.push({ due: first, begun: now, left: work(random()), isGap: false })
    }
    const running = active.filter(({ isGap }) => !isGap).length
    const speed =
      running <= cores ? (speeds[running - 1] ?? 1) : (speeds[cores - 1]! * cores) / running
    const ends = active.map(({ left, isGap }) => (isGap ? left : left / speed))
    const step = Math.min(...ends, (due[next] ?? Number.POSITIVE_INFINITY) - now)
    now += step
    for (const each of active) each.left -= step * (each.isGap ? 1 : speed)
    for (const each of active.filter(({ left, isGap }) => !isGap && left < 1e-9)) {
      const waitMs = each.begun - each.due + pickUpMs
      const runMs = now - each.begun
      const ended = each.due + waitMs + runMs + overheadMs
      // A frozen loop reads what has waited, at once where it has much to read.
      const seen = executor === 'event-loop' ? 1 / ratePerS : waitMs
      records.push({
        ...completed,
        trial,
        due: each.due,
        sent: each.due,
        ended,
        waitMs: seen,
        runMs,
      })
      Object.assign(each, { isGap: true, left: gapMs })
    }
    active = active.filter(({ left, isGap }) => !isGap || left > 1e-9)
    while (next < due.length && due[next]! <= now + 1e-9) line.push(due[next++]!)
  }
  return records
}

const completed = {
  kind: 'task',
  accepted: null,
  started: null,
  outcome: 'completed',
  status: 200,
  server: 'server-1',
} as const
