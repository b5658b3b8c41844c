import { checker } from '../api/validate.ts'
import { type Outcome, WorkError } from '../executors/executor.ts'
import type { ThreadExecutor } from '../executors/thread.ts'
import type { Task } from '../tasks/define.ts'
import type { AtHand, createHand } from './at-hand.ts'
import { Unrunnable } from './failure.ts'
import type { TakenJob } from './patient-worker.ts'
import { type JobProgress, readData } from './record.ts'

/** Runs one job on a thread. @throws {WorkError} @throws {Unrunnable} */
export type JobRunner = (job: TakenJob, atHand: AtHand) => Promise<Outcome>

export interface RunnerOptions {
  threads: ThreadExecutor
  findTask(name: string): Task | undefined
  /** How long one run of a task may take, in milliseconds. */
  timeoutOf(task: Task): number
  hand: ReturnType<typeof createHand>
  /** A job was taken ahead, and then the ones before it turned out long. */
  onHeld(): void
}

const longestHoldMs = 250

export function createJobRunner({ threads, findTask, timeoutOf, hand, onHeld }: RunnerOptions) {
  const { size } = threads.load()
  const read = createParamsReader(findTask)

  const run: JobRunner = async (job, atHand) => {
    const { task, params, askedMs } = read(job)
    await hand.turnOf(atHand)
    const limit = timeoutOf(task)
    const left = askedMs === undefined ? limit : job.timestamp + askedMs - Date.now()
    if (left <= 0) throw new WorkError('deadline before start', 'came too late')
    const report = progressOf(job)
    const held = setInterval(() => {
      if (threads.load().running < size) return // the threads are still starting
      onHeld()
      hand.abort(atHand.id, 'held')
    }, longestHoldMs)
    const onStart = (startedAt: number) => {
      clearInterval(held)
      atHand.startedAt = performance.now()
      report.start(startedAt)
    }
    const onProgress = (fraction: number) => {
      hand.progress(atHand, fraction)
      report.fraction(fraction)
    }
    const timeoutMs = Math.min(limit, left)
    const { signal } = atHand.stop
    return threads.run({ task, params, timeoutMs, signal, onStart, onProgress }).finally(() => {
      clearInterval(held)
      report.end()
    })
  }
  return run
}

/** What a job asks for, checked: it was put into Redis by a server that may be of another version. */
function createParamsReader(findTask: (name: string) => Task | undefined) {
  const checks = new WeakMap<Task, ReturnType<typeof checker>>()

  return (job: TakenJob) => {
    const task = findTask(job.name)
    if (task === undefined)
      throw new Unrunnable('unknown task', `the workers have no task ${job.name}`)
    const data = readData(job.data)
    if (data === undefined)
      throw new Unrunnable('unreadable', 'what Redis has of it is no job of this version')
    const check = checks.get(task) ?? checker(task.params, 'body', { prefix: 'params.' })
    checks.set(task, check)
    const checked = check(data.params)
    if (checked.ok) return { task, params: checked.value, askedMs: data.timeoutMs }
    const wrong = checked.errors.map(({ field, detail }) => `${field} ${detail}`).join('; ')
    throw new Unrunnable('unreadable', `the workers' ${job.name} takes other parameters: ${wrong}`)
  }
}

// A start that nobody could read before the job's end is not worth a command.
const startShownAfterMs = 25

/** Writes a job's start and progress to Redis, but for jobs so short that nobody could read it. */
function progressOf(job: TakenJob) {
  let timer: NodeJS.Timeout | undefined
  let startedAt = 0
  const write = (fraction: number) => {
    const progress: JobProgress = {
      fraction,
      startedAt,
      at: Date.now(),
      attempt: job.attemptsStarted,
      stalls: job.stalledCounter,
    }
    job.updateProgress(progress).catch(() => {}) // the next one tells
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
