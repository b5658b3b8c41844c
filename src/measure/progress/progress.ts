import { formatDuration } from '../../report/duration.ts'
import type { RequestRecord } from '../records/record.ts'
import { Latencies } from '../summary/latencies.ts'
import { type Now, nowLine, trialLine } from './lines.ts'

/** What a run tells while it goes on. */
export interface Progress {
  /** What happens outside of trials: `starts the stack`. */
  note(text: string): void
  /** One begins: its warm-up and its requests take `durationMs`. */
  trial(trial: { number: number; label: string; durationMs: number }): void
  record(record: RequestRecord): void
  trialEnded(): void
  end(): void
}

export interface ProgressOptions {
  name: string
  trials: number
  /** What is expected of all trials. */
  durationMs: number
  output: {
    write(text: string): unknown
    isTTY?: boolean | undefined
    columns?: number | undefined
  }
  quiet: boolean
  /** Aborted: it is being stopped, and what would still be to do is no longer told. */
  signal: AbortSignal
}

const everyMs = 200

/**
 * A line a trial, when it is over, and on a terminal one more that changes: the time left, what runs now, and
 * percentiles so far. Quiet: nothing.
 */
export function createProgress({
  name,
  trials,
  durationMs,
  output,
  quiet,
  signal,
}: ProgressOptions): Progress {
  const isLive = output.isTTY === true && !quiet
  const startedAt = performance.now()
  let now: Now = { ...empty(), name, trials }
  let timer: NodeJS.Timeout | undefined

  function draw(): void {
    const elapsedMs = performance.now() - startedAt
    const left = signal.aborted ? {} : { leftMs: leftOf({ ...now, elapsedMs, durationMs }) }
    // Erases to the end of the line: ECMA-48, EL.
    output.write(`\r${nowLine({ ...now, ...left }, (output.columns ?? 80) - 1)}\u001b[K`)
  }

  if (isLive) timer = setInterval(draw, everyMs)
  else if (!quiet) output.write(`${name}: ${plan(trials, durationMs)}\n`)
  return {
    note(text) {
      now = { ...now, note: text }
      if (isLive) draw()
    },
    trial({ number, label, durationMs: trialMs }) {
      const trial = { startedAt: performance.now(), trialMs }
      now = { ...empty(), name, trials, number, label, trial }
    },
    record({ kind, due, ended, outcome }) {
      if (due < 0) return
      if (outcome !== 'completed') now.failed++
      else (kind === 'task' ? now.task : now.bystander).add(ended - due)
    },
    trialEnded() {
      if (!quiet) output.write(`${isLive ? '\r\u001b[K' : ''}${trialLine(now)}\n`)
    },
    end() {
      clearInterval(timer)
      if (isLive) output.write('\r\u001b[K')
    },
  }
}

/** `6 trials, at least 2 min 42 s`; their last answers and the start of a stack are not in it. */
function plan(trials: number, durationMs: number): string {
  return `${trials} trial${trials === 1 ? '' : 's'}, at least ${formatDuration(durationMs)}`
}

function empty(): Omit<Now, 'name' | 'trials'> {
  return {
    number: 0,
    label: '',
    note: '',
    failed: 0,
    task: new Latencies(),
    bystander: new Latencies(),
  }
}

/** Trials take longer than they say, by as much as those before did. */
function leftOf({
  number,
  trials,
  elapsedMs,
  durationMs,
}: Now & { elapsedMs: number; durationMs: number }): number {
  const eachMs = durationMs / Math.max(1, trials)
  const doneMs = Math.max(0, number - 1) * eachMs
  const slowness = doneMs > 0 ? Math.max(1, elapsedMs / (doneMs + eachMs)) : 1
  return Math.max(0, durationMs * slowness - elapsedMs)
}
