import type { Condition, Scenario } from '../scenario/schema.ts'

/** What is kept of a run beside its records: `run.json`. */
export interface Run {
  /** Of these files; a reader refuses what it does not know. */
  format: 1
  /** The folder's name: `2026-11-26T16-40-05-strategies`. */
  id: string
  startedAt: string
  endedAt: string
  /** Partial: it was interrupted; what had been measured by then is kept. */
  state: 'complete' | 'partial'
  /** As it was typed. */
  command: string
  scenario: Scenario
  conditions: Condition[]
  /** Of the first version, where there are several. */
  target: Target
  /** Of each version; empty where there are none. */
  versions: VersionTarget[]
  machine: Machine
  /** Niceness of the generator's process: below 0 it went before others. */
  priority: number
  /** In the order in which they ran. */
  trials: Trial[]
}

export interface Target {
  url: string
  /** Started and scaled by this run itself. */
  own: boolean
  /** The task that was asked for; null for a service that does not say what it runs. */
  task: string | null
  /** False: accepted work cannot be followed; it is measured on what it answers. */
  jobs: boolean
  /** Instances and queue were seen. */
  fleet: boolean
  /** What the bystander asked for; null: none. */
  bystander: string | null
}

export interface VersionTarget {
  /** Of the version. */
  name: string
  url: string
  own: boolean
  task: string | null
}

export interface Machine {
  /** `2 × AMD EPYC 7B13` */
  cpus: string
  cores: number
  memoryBytes: number
  /** `Linux 6.1.0 x64` */
  os: string
  node: string
  unblock: string
}

/** One repetition of one condition. */
export interface Trial {
  index: number
  /** Key of the condition. */
  condition: string
  /** From 0. */
  repetition: number
  /** When its first counted request was due, if all went well. */
  startedAt: string
  /** Partial: it was interrupted, or nobody lived to see its end. */
  state: 'complete' | 'partial'
  /** busy: the service still worked for the trial before when this one began, after a long wait. */
  before: 'idle' | 'busy'
  /**
   * How long requests were due; shorter than the scenario says where it was interrupted, and null where that
   * is known from its records only.
   */
  durationMs: number | null
  /** Null while it runs, and of one that nobody saw to its end. */
  generator: Generator | null
  /** What the work cost the service; null where it does not tell. */
  cpu: TrialCpu | null
}

/** What the load generator itself needed. */
export interface Generator {
  /** Cores in use, the mean of the trial; 1 is all that it can use. */
  cpu: number
  /** Delay of its event loop that one turn in a hundred exceeded. */
  loopP99Ms: number
  /** The most requests that were open at once. */
  openMax: number
  /** Requests that were due when as many were open as may be: never sent, and recorded as `not sent`. */
  unsent: number
}

/** CPU seconds in all instances together, from the start of the warm-up until the last answer. */
export interface TrialCpu {
  /** metrics: exact, by the instances' own counters. vitals: from what the fleet shows, twice a second. */
  source: 'metrics' | 'vitals'
  /** All of the instances' processes. */
  processS: number
  /** Of tasks that completed; null from vitals. */
  taskS: number | null
  /** Of work that nobody got; null from vitals. */
  wastedS: number | null
  /** Of servers, beside tasks: HTTP; null from vitals, and not there in older runs. */
  serverS?: number | null
  /** How many tasks completed, by the same counters: `taskS` is theirs; null from vitals. */
  tasks: number | null
}
