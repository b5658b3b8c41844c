import { formatDuration } from '../../report/duration.ts'
import type { Latencies } from '../summary/latencies.ts'

/** What is known while a run goes on. */
export interface Now {
  name: string
  trials: number
  /** Of the trial that runs, from 1; 0 before the first. */
  number: number
  label: string
  /** What happens outside of trials; '' within one. */
  note: string
  trial?: { startedAt: number; trialMs: number }
  failed: number
  task: Latencies
  bystander: Latencies
  leftMs?: number
}

const barWidth = 20

/** `strategies ████████░░░░ 1:20 left · 3/6 queue, 1 server · p50 612 ms p90 810 ms · bystander p99 4.1 ms`, cut to the width. */
export function nowLine(now: Now, width: number): string {
  const { name, trials, number, leftMs } = now
  const share = trials === 0 ? 0 : (Math.max(0, number - 1) + within(now)) / trials
  const filled = Math.round(Math.min(1, share) * barWidth)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  const left = leftMs === undefined ? '' : `${clock(leftMs)} left`
  const doing = now.note !== '' ? [now.note] : [`${number}/${trials} ${now.label}`, ...figures(now)]
  const line = `${name} ${bar} ${[left, ...doing].filter((each) => each !== '').join(' · ')}`
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line
}

/** A trial when it is over: `3/6 queue, 1 server · 24 completed · p50 612 ms p90 810 ms · bystander p99 4.1 ms`. */
export function trialLine(now: Now): string {
  const completed = `${now.task.count} completed`
  return [`${now.number}/${now.trials} ${now.label}`, completed, ...figures(now)].join(' · ')
}

function figures({ task, bystander, failed }: Now): string[] {
  const { p50, p90 } = task.percentiles()
  const felt = bystander.percentiles()
  const highest = felt.p99 ?? felt.max
  return [
    ...(p50 === null
      ? []
      : [`p50 ${formatDuration(p50)}${p90 === null ? '' : ` p90 ${formatDuration(p90)}`}`]),
    ...(highest === null
      ? []
      : [`bystander ${felt.p99 === null ? 'max' : 'p99'} ${formatDuration(highest)}`]),
    ...(failed === 0 ? [] : [`${failed} failed or refused`]),
  ]
}

function within({ trial }: Now): number {
  if (trial === undefined) return 0
  return Math.min(1, Math.max(0, (performance.now() - trial.startedAt) / trial.trialMs))
}

/** `1:05` */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
