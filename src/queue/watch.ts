import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { type Bell, bellsByName } from './bells.ts'
import { workConnection } from './connection.ts'
import { type EndTold, followJobs } from './job-events.ts'
import { type Producer, QueueAway } from './producer.ts'
import { isOver, type JobView, withEnd } from './view.ts'

/** Watches jobs on behalf of requests. */
export interface Watch {
  /**
   * Begins to listen for the end of a job, which need not be there yet: who adds it afterwards, and then
   * waits for it, spares Redis a look at a job that has just been added.
   */
  expect(id: string): Expected
  /**
   * The job when it is over, or as it is after `ms` milliseconds or when `signal` is aborted;
   * undefined when there is no such job. @throws {QueueAway}
   */
  untilOver(id: string, ms: number, signal: AbortSignal): Promise<JobView | undefined>
  /**
   * The job as it is, then again whenever it has changed, until it is over, forgotten, or `signal` is
   * aborted. Who reads slowly misses what lies between, never the end. While Redis is away nothing comes.
   *
   * @throws {QueueAway} where Redis is away from the beginning
   */
  follow(id: string, signal: AbortSignal): AsyncGenerator<JobView, void, undefined>
  close(): Promise<void>
}

/** Disposing of it ends the listening. */
export interface Expected extends Disposable {
  /** As `untilOver` of the watch. @param seen the job as it was seen after it was expected */
  untilOver(
    seen: JobView | undefined,
    ms: number,
    signal: AbortSignal,
  ): Promise<JobView | undefined>
}

// Redis keeps about 1,000 events: one may be missed in a storm, or while Redis is away.
const rereadMs = 4000

/**
 * Reads the events stream from where it ended before the job was looked at, so nothing falls between
 * looking and listening. It is shared by all jobs, so it is read only while somebody waits, and `idleMs` longer.
 */
export function createWatch(
  producer: Pick<Producer, 'find' | 'lastEventId'>,
  redisUrl: string,
  log: Log,
  { idleMs = 10_000 } = {},
): Watch {
  // Who waits for the end of a job is not woken up for less.
  const [changes, ends] = [bellsByName<never>(), bellsByName<EndTold>()]
  const reads = new Map<string, Promise<JobView | undefined>>()
  // It is kept while nobody listens: to connect takes longer than many a job.
  let connection: Redis | undefined
  let opening: Promise<void> | undefined
  let listening = false
  let closed = false
  let idleAt = 0

  async function listen(): Promise<void> {
    if (listening) return
    opening ??= open().finally(() => {
      opening = undefined
    })
    await opening
  }

  async function open(): Promise<void> {
    const from = await producer.lastEventId()
    if (closed) return
    connection ??= workConnection(redisUrl, log)
    listening = true
    void followJobs(connection, from, { onChange, goesOn })
  }

  function onChange(id: string, isEnd: boolean, told: EndTold | undefined): void {
    changes.ring(id)
    if (isEnd) ends.ring(id, told)
  }

  function goesOn(): boolean {
    const wanted = changes.size() + ends.size() > 0 || performance.now() < idleAt
    listening = wanted && !closed
    return listening
  }

  function remove(bell: Bell<EndTold>): void {
    bell.remove()
    idleAt = performance.now() + idleMs
  }

  /** All who hear of a job at the same time read it once. */
  function read(id: string): Promise<JobView | undefined> {
    const begun = reads.get(id)
    if (begun !== undefined) return begun
    const reading = producer.find(id)
    reads.set(id, reading)
    // Not longer: what happens after the reading has begun needs another one.
    setImmediate(() => reads.delete(id))
    return reading
  }

  /**
   * The job now, and after every ring of its bell. `seen`: as it was seen after the bell was hung;
   * `patient`: also when Redis goes away in between.
   */
  async function* look(
    id: string,
    bell: Bell<EndTold>,
    signal: AbortSignal,
    {
      seen,
      untilMs = Number.POSITIVE_INFINITY,
      patient = false,
    }: { seen?: JobView | undefined; untilMs?: number; patient?: boolean },
  ): AsyncGenerator<JobView | undefined, void, undefined> {
    const lookAgain = (error: unknown) => {
      if (patient && error instanceof QueueAway) return 'away' as const
      throw error
    }
    const ended = (seen: JobView | undefined | 'away', told: EndTold | undefined) =>
      seen === undefined || seen === 'away' || told === undefined ? undefined : withEnd(seen, told)
    signal.addEventListener('abort', bell.ring, { once: true })
    try {
      for (let view: JobView | undefined | 'away' = seen ?? (await read(id)); ; ) {
        if (view !== 'away') yield view
        const leftMs = untilMs - performance.now()
        if (signal.aborted || leftMs <= 0) return
        const timer = setTimeout(bell.ring, Math.min(leftMs, rereadMs * (1 + Math.random() / 4)))
        const told = await bell.heard()
        clearTimeout(timer)
        bell.silence() // before the job is read: what happens from here on needs another look
        view = ended(view, told) ?? (await read(id).catch(lookAgain))
      }
    } finally {
      signal.removeEventListener('abort', bell.ring)
    }
  }

  function expect(id: string): Expected {
    const bell = ends.hang(id)
    const listenedBefore = listening
    const listens = listen()
    listens.catch(() => {}) // told to who waits
    return {
      async untilOver(seen, ms, signal) {
        const untilMs = performance.now() + ms
        await listens
        // What has happened since `seen` was heard only if somebody listened then.
        const options = { untilMs, seen: listenedBefore ? seen : undefined }
        let last: JobView | undefined
        for await (last of look(id, bell, signal, options))
          if (last === undefined || isOver(last.job.state)) break
        return last
      },
      [Symbol.dispose]: () => remove(bell),
    }
  }

  async function untilOver(id: string, ms: number, signal: AbortSignal) {
    using expected = expect(id)
    return await expected.untilOver(undefined, ms, signal)
  }

  async function* follow(
    id: string,
    signal: AbortSignal,
  ): AsyncGenerator<JobView, void, undefined> {
    const bell = changes.hang(id)
    try {
      await listen()
      let shown = ''
      for await (const view of look(id, bell, signal, { patient: true })) {
        if (view === undefined) return
        const { state, progress, attempts, worker } = view.job
        const now = `${state} ${progress} ${attempts} ${worker}`
        if (now === shown) continue
        shown = now
        yield view
        if (isOver(state)) return
      }
    } finally {
      remove(bell)
    }
  }

  return {
    expect,
    untilOver,
    follow,
    async close() {
      closed = true
      await opening?.catch(() => {})
      connection?.disconnect()
    },
  }
}
