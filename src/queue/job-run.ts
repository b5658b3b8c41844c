import { checker } from '../api/validate.ts'
import { type Outcome, WorkError } from '../executors/executor.ts'
import type { ThreadExecutor } from '../executors/thread.ts'
import type { Task } from '../tasks/define.ts'
import type { AtHand, createHand } from './at-hand.ts'
import type { TakenJob } from './end-and-take.ts'
import { Unrunnable } from './failure.ts'
import type { JobData, JobProgress } from './record.ts'

/** A job whose data have been read. */
export interface ReadJob extends Omit<TakenJob, 'data'> {
  /** Undefined where they cannot be read. */
  data: JobData | undefined
}

/** Runs one job on a thread. @throws {WorkError} @throws {Unrunnable} */
export type JobRunner = (job: ReadJob, atHand: AtHand) => Promise<Outcome>

export interface RunnerOptions {
  threads: ThreadExecutor
  findTask(name: string): Task | undefined
  /** How long one run of a task may take, in milliseconds. */
  timeoutOf(task: Task): number
  hand: ReturnType<typeof createHand>
  /** Writes how far a job is, for all who follow it. */
  tell(id: string, progress: JobProgress): void
}

export function createJobRunner({ threads, findTask, timeoutOf, hand, tell }: RunnerOptions) {
  const read = createParamsReader(findTask)

  const run: JobRunner = async (job, atHand) => {
    const { task, params, askedMs } = read(job)
    await hand.turnOf(atHand)
    const limit = timeoutOf(task)
    const left = askedMs === undefined ? limit : job.enqueuedAt + askedMs - Date.now()
    if (left <= 0) throw new WorkError('deadline before start', 'came too late')
    const report = progressOf(job, tell)
    const onStart = (startedAt: number) => {
      atHand.startedAt = performance.now()
      report.start(startedAt)
    }
    const onProgress = (fraction: number) => {
      hand.progress(atHand, fraction)
      report.fraction(fraction)
    }
    const timeoutMs = Math.min(limit, left)
    const { signal } = atHand.stop
    return threads.run({ task, params, timeoutMs, signal, onStart, onProgress }).finally(report.end)
  }
  return run
}

/** What a job asks for, checked: it was put into Redis by a server that may be of another version. */
function createParamsReader(findTask: (name: string) => Task | undefined) {
  const checks = new WeakMap<Task, ReturnType<typeof checker>>()

  return ({ task: name, data }: ReadJob) => {
    const task = findTask(name)
    if (task === undefined) throw new Unrunnable('unknown task', `the workers have no task ${name}`)
    if (data === undefined)
      throw new Unrunnable('unreadable', 'what Redis has of it is no job of this version')
    const check = checks.get(task) ?? checker(task.params, 'body', { prefix: 'params.' })
    checks.set(task, check)
    const checked = check(data.params)
    if (checked.ok) return { task, params: checked.value, askedMs: data.timeoutMs }
    const wrong = checked.errors.map(({ field, detail }) => `${field} ${detail}`).join('; ')
    throw new Unrunnable('unreadable', `the workers' ${name} takes other parameters: ${wrong}`)
  }
}

// A start that nobody could read before the job's end is not worth a command.
const startShownAfterMs = 25

/** Writes a job's start and progress to Redis, but for jobs so short that nobody could read it. */
function progressOf({ id, attempts, stalls }: ReadJob, tell: RunnerOptions['tell']) {
  let timer: NodeJS.Timeout | undefined
  let startedAt = 0
  const write = (fraction: number) => {
    tell(id, { fraction, startedAt, at: Date.now(), attempt: attempts, stalls })
  }
  return {
    start(at: number) {
      startedAt = at
      timer = setTimeout(write, startShownAfterMs, 0)
    },
    fraction(fraction: number) {
      clearTimeout(timer)
      write(fraction)
    },
    end: () => clearTimeout(timer),
  }
}
