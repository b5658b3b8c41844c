import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import {
  type PlainCounter,
  type PlainHistogram,
  plainCounter,
  plainHistogram,
} from './plain-metrics.ts'

/**
 * The Prometheus metrics of one instance. Names end in their unit; times are seconds.
 * https://prometheus.io/docs/practices/naming/
 */
export interface Metrics {
  /** What a scrape reads; undefined where nothing is counted. */
  registry: Registry | undefined
  requests: PlainCounter<'method' | 'route' | 'status'>
  requestSeconds: PlainHistogram<'route'>
  tasks: PlainCounter<'task' | 'executor' | 'outcome'>
  taskSeconds: PlainHistogram<'task' | 'executor'>
  cpuSeconds: PlainCounter<'task' | 'executor'>
  /** Counts work that nobody got: the CPU milliseconds of a run that were spent here. */
  wasted(executor: 'event-loop' | 'thread' | 'queue', reason: WastedReason, cpuMs: number): void
}

/** Why nobody got what CPU time was spent on. */
export type WastedReason =
  | 'client left'
  | 'cancelled'
  | 'deadline'
  | 'threw'
  | 'thread died'
  | 'out of memory'
  /** A worker that had to stop, or had taken it too early, gave it back. */
  | 'handed back'
  /** The worker could not keep its lock: another one has the job. */
  | 'lock lost'
  | 'worker died'

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

// Each look wakes the process up; what a blocked loop does to others is seen in the vitals.
const lagEveryMs = 50

/** Nothing is counted: METRICS=off. */
export function noMetrics(): Metrics {
  const counter = { inc() {} }
  const histogram = { observe() {} }
  return {
    registry: undefined,
    requests: counter,
    requestSeconds: histogram,
    tasks: counter,
    taskSeconds: histogram,
    cpuSeconds: counter,
    wasted() {},
  }
}

/** `threads` tells the state of the pool at the moment of the scrape. */
export function createMetrics(
  instance: string,
  threads: () => { size: number; running: number; waiting: number },
): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ instance })
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagEveryMs })
  const registers = [registry]
  new Gauge({
    name: 'unblock_threads',
    help: 'Threads of the pool: all, and those that run a task',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const { size, running } = threads()
      this.set({ state: 'all' }, size)
      this.set({ state: 'running' }, running)
    },
  })
  new Gauge({
    name: 'unblock_thread_queue_length',
    help: 'Tasks that wait for a thread of this instance',
    registers,
    collect() {
      this.set(threads().waiting)
    },
  })
  const wastedSeconds = new Counter({
    name: 'unblock_wasted_cpu_seconds_total',
    help: 'CPU time spent on work that nobody got, by reason',
    labelNames: ['reason', 'executor'] as const,
    registers,
  })
  return {
    registry,
    wasted(executor, reason, cpuMs) {
      if (cpuMs > 0) wastedSeconds.inc({ reason, executor }, cpuMs / 1000)
    },
    requests: plainCounter(registry, {
      name: 'unblock_http_requests_total',
      help: 'Requests answered, by method, route and status',
      labelNames: ['method', 'route', 'status'],
    }),
    requestSeconds: plainHistogram(
      registry,
      {
        name: 'unblock_http_request_duration_seconds',
        help: 'Time from the arrival of a request to the end of its answer',
        labelNames: ['route'],
      },
      seconds,
    ),
    tasks: plainCounter(registry, {
      name: 'unblock_tasks_total',
      help: 'Tasks that ended here, by outcome',
      labelNames: ['task', 'executor', 'outcome'],
    }),
    taskSeconds: plainHistogram(
      registry,
      {
        name: 'unblock_task_run_seconds',
        help: 'Run time of completed tasks, without waiting',
        labelNames: ['task', 'executor'],
      },
      seconds,
    ),
    cpuSeconds: plainCounter(registry, {
      name: 'unblock_task_cpu_seconds_total',
      help: 'CPU time of completed tasks',
      labelNames: ['task', 'executor'],
    }),
  }
}
