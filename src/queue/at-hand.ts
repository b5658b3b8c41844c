/**
 * The jobs that a worker has at hand: taken from the queue, and not over. They wait for a thread, or run.
 *
 * A job that workers have died under runs alone. Whatever kills its process then takes no other job with
 * it, and the others do not come near the number of deaths after which a job is given up.
 */

export interface AtHand {
  readonly id: string
  /** What its lock holds. */
  readonly token: string
  /** When it was taken (performance.now). */
  readonly takenAt: number
  /** Ends it; the reason says why. */
  readonly stop: AbortController
  /** When its run began (performance.now), and how far it is. */
  startedAt?: number
  fraction: number
}

/** Why a job at hand is ended from outside. */
export type StopReason =
  /** Back to the queue: it was taken ahead, and cannot start soon. */
  | 'held'
  /** Back to the queue: this worker was told to stop. */
  | 'stopping'
  /** Another worker may have it by now. */
  | 'lock lost'
  | 'cancelled'

// A few deaths may be anybody's fault, of several jobs that ran there or of none; and to be alone means to
// wait, which is a bad time for a job where workers are killed again and again.
export const suspectAfterStalls = 4

export function createHand(onChange: () => void) {
  const jobs = new Map<string, AtHand>()
  let alone: AtHand | undefined
  let isAlone = Promise.withResolvers<void>()
  let isEmpty: PromiseWithResolvers<void> | undefined
  let stopping: { leftMs(): number } | undefined

  /** What is handed back goes to the front of the queue: the last one that does will be taken first. */
  const youngestFirst = () => [...jobs.values()].reverse()

  function abort(job: AtHand, reason: StopReason): void {
    job.stop.abort(reason)
  }

  /** @param stalls how many workers have died under it */
  function take(id: string, stalls: number, token = ''): AtHand {
    const takenAt = performance.now()
    const job: AtHand = { id, token, takenAt, stop: new AbortController(), fraction: 0 }
    jobs.set(id, job)
    if (stopping) abort(job, 'stopping')
    else if (alone) abort(job, 'held')
    else if (stalls >= suspectAfterStalls) isolate(job)
    return job
  }

  function isolate(job: AtHand): void {
    alone = job
    isAlone = Promise.withResolvers()
    for (const each of youngestFirst())
      if (each !== job && each.startedAt === undefined) abort(each, 'held')
    onChange()
    lookWhetherAlone()
  }

  function lookWhetherAlone(): void {
    if (alone !== undefined && jobs.size === 1) isAlone.resolve()
  }

  /** Resolves when the job may run: at once, unless it has to be alone; or when it is ended. */
  async function turnOf(job: AtHand): Promise<void> {
    if (alone !== job) return
    job.stop.signal.addEventListener('abort', () => isAlone.resolve(), { once: true })
    await isAlone.promise
  }

  function leave(job: AtHand): void {
    // This worker may have taken it again, after handing it back.
    if (jobs.get(job.id) === job) jobs.delete(job.id)
    if (alone === job) {
      alone = undefined
      onChange()
    }
    lookWhetherAlone()
    if (jobs.size > 0) return
    isEmpty?.resolve()
    isEmpty = undefined
  }

  async function untilEmpty(): Promise<void> {
    while (jobs.size > 0) {
      isEmpty ??= Promise.withResolvers()
      await isEmpty.promise
    }
  }

  /** Its run has come so far; while stopping, it goes back as soon as it is seen not to end in time. */
  function progress(job: AtHand, fraction: number): void {
    job.fraction = fraction
    if (stopping && !endsWithin(job, stopping.leftMs())) abort(job, 'stopping')
  }

  /** From now on nothing begins; what does not end within `graceMs` goes back as soon as that is known. */
  function stopWithin(graceMs: number): void {
    const until = performance.now() + graceMs
    stopping = { leftMs: () => until - performance.now() }
    for (const job of youngestFirst())
      if (job.startedAt === undefined || !endsWithin(job, graceMs)) abort(job, 'stopping')
  }

  return {
    take,
    turnOf,
    leave,
    progress,
    stopWithin,
    /** Resolves when no job is at hand any more. */
    untilEmpty,
    /** Whether a job runs alone, or waits to. */
    isIsolating: () => alone !== undefined,
    size: () => jobs.size,
    has: (id: string) => jobs.has(id),
    ids: () => [...jobs.keys()],
    all: () => [...jobs.values()],
    /** Whether one that has not begun is here for longer than `ms`. */
    holdsLonger(ms: number): boolean {
      const before = performance.now() - ms
      for (const { startedAt, takenAt } of jobs.values())
        if (startedAt === undefined && takenAt < before) return true
      return false
    },
    /** Gives back those that have not begun and are here for longer than `ms`. */
    giveBackHeld(ms: number): void {
      const before = performance.now() - ms
      for (const job of youngestFirst())
        if (job !== alone && job.startedAt === undefined && job.takenAt < before) abort(job, 'held')
    },
    abort(id: string, reason: StopReason) {
      const job = jobs.get(id)
      if (job !== undefined) abort(job, reason)
    },
    abortAll(reason: StopReason) {
      for (const job of youngestFirst()) abort(job, reason)
    },
  }
}

/** By its progress so far, if it has told any; a job that tells none may end any moment. */
function endsWithin({ startedAt, fraction }: AtHand, ms: number): boolean {
  if (startedAt === undefined || fraction <= 0) return true
  const spent = performance.now() - startedAt
  return (spent * (1 - fraction)) / fraction <= ms
}
