/**
 * The systems that are compared. Each runs behind nginx with the same configuration and on a Redis of its own with
 * the same settings, and answers the same paths: `/`, `/api/tasks`, `/api/non-blocking?task=…` and
 * `/api/blocking?task=…`, with the tasks of `bench/tasks`.
 */
export interface System {
  /** As in the table: `Unblock`, `bare Fastify + BullMQ`. */
  name: string
  /** Through nginx, such as `http://127.0.0.1:41235`; empty where it speaks no HTTP. */
  url: string
  /** The Unix socket of its Redis. */
  redisSocket: string
  /** What it is made of, by name as people write it: `{ Fastify: '5.12.8' }`. */
  versions: Record<string, string>
  /** Ends its processes and removes its files. A second call does nothing. */
  stop(): Promise<void>
}

/** A system with workers that are stopped and let go by signals, so that they stay warm between rounds. */
export interface QueueSystem extends System {
  /** No worker takes a job from here on; what they had is done. */
  hold(): Promise<void>
  /** Puts that many jobs into the queue, as one that was asked for over HTTP is, or would be. Only between `hold` and `release`. */
  fill(task: BenchTask, count: number): Promise<void>
  /** Lets the workers go. */
  release(): void
  /** Jobs that have not ended: those that wait and those that run. */
  left(): Promise<number>
}

/** The tasks of `bench/tasks`, and of the same name in each peer. */
export type BenchTask = { task: 'empty' } | { task: 'hash'; iterations: number }

/** Servers, workers, and threads or processes a worker: 2, 2, 1 unless told otherwise. */
export interface Scale {
  servers?: number
  workers?: number
  /** Tasks that one worker runs at the same time. */
  threads?: number
}

/** What peers answer to `/api/tasks` and `/`: what Unblock does. */
export interface Answers {
  tasks: string
  page: string
}

/** `?task=hash&iterations=1000` */
export function queryOf(task: BenchTask): string {
  return `?${new URLSearchParams(Object.entries(task).map(([name, value]) => [name, String(value)]))}`
}
