import { type Static, Type } from 'typebox'

/**
 * What a scenario file may say. Everything has a default; `load.ts` fills it in. Durations are text with
 * a unit (`500ms`, `20s`, `2m`), rates are requests a second.
 */

export const executors = ['event-loop', 'thread', 'queue'] as const
export type ExecutorName = (typeof executors)[number]

const perS = (description: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description })

const Duration = (description: string, byDefault?: string) =>
  Type.String({
    pattern: '^\\d+(\\.\\d+)?(ms|s|m)$',
    description,
    examples: ['500ms', '20s', '2m'],
    ...(byDefault === undefined ? {} : { default: byDefault }),
  })

/** How many requests are due a second, over the time of a trial. A number alone is a constant rate. */
export const Rate = Type.Union([
  perS('the same all the time'),
  Type.Object(
    {
      shape: Type.Literal('ramp'),
      from: Type.Number({ minimum: 0, maximum: 100_000, description: 'at the start' }),
      to: Type.Number({ minimum: 0, maximum: 100_000, description: 'at the end' }),
    },
    { additionalProperties: false, description: 'rises or falls evenly' },
  ),
  Type.Object(
    {
      shape: Type.Literal('step'),
      rates: Type.Array(perS('of one step'), { minItems: 1, maxItems: 100 }),
    },
    { additionalProperties: false, description: 'one after another, each as long as the others' },
  ),
  Type.Object(
    {
      shape: Type.Literal('bursts'),
      rate: Type.Number({ minimum: 0, maximum: 100_000, description: 'between bursts' }),
      burst: perS('within a burst'),
      every: Duration('from the start of a burst to that of the next; the first comes after one'),
      length: Duration('of a burst; shorter than `every`'),
    },
    { additionalProperties: false },
  ),
])
export type Rate = Static<typeof Rate>

/** One of several things to compare in turn within one run: another task, parameters, or service. */
export const Version = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{0,39}$',
      description: 'what reports call it',
    }),
    task: Type.Optional(Type.String({ minLength: 1 })),
    params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    target: Type.Optional(Type.String({ description: 'URL of a service that runs already' })),
  },
  { additionalProperties: false },
)
export type Version = Static<typeof Version>

export const Bystander = Type.Object(
  {
    path: Type.Optional(
      Type.String({ pattern: '^/', description: '`/livez`, or `/` where that is not known' }),
    ),
    rate: Type.Optional(perS('default 10')),
  },
  { additionalProperties: false },
)
export type Bystander = Static<typeof Bystander>

const Rates = Type.Array(Rate, { minItems: 1 })

const Count = (minimum: number) =>
  Type.Array(Type.Integer({ minimum, maximum: 64 }), { minItems: 1 })

export const ScenarioFile = Type.Object(
  {
    description: Type.Optional(Type.String({ description: 'one line for the report' })),
    tasks: Type.Optional(
      Type.String({ description: 'folder with tasks of your own, seen from the scenario file' }),
    ),
    task: Type.Optional(
      Type.String({ minLength: 1, description: 'name of a task; the default task when left out' }),
    ),
    params: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: "the task's parameters" }),
    ),
    executors: Type.Optional(Type.Array(Type.Enum([...executors]), { minItems: 1 })),
    servers: Type.Optional(Count(1)),
    workers: Type.Optional(Count(0)),
    rates: Type.Optional(Rates),
    ratesOf: Type.Optional(
      Type.Object(
        {
          'event-loop': Type.Optional(Rates),
          thread: Type.Optional(Rates),
          queue: Type.Optional(Rates),
        },
        {
          additionalProperties: false,
          description:
            'in place of `rates`, for an executor that can do less, or more, than others',
        },
      ),
    ),
    versions: Type.Optional(Type.Array(Version, { minItems: 1 })),
    spacing: Type.Optional(
      Type.Enum(['even', 'poisson'], {
        description: 'requests are due evenly, or at random as those of many strangers are',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 2 ** 31, description: 'of what is random' }),
    ),
    warmUp: Type.Optional(Duration('of each trial, before what is counted')),
    duration: Type.Optional(Duration('of each trial: how long requests are due')),
    repetitions: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    deadline: Type.Optional(Duration('an answer that comes later is no good to anybody')),
    giveUp: Type.Optional(Duration('from when a request was due until its client waits no longer')),
    bystander: Type.Optional(Type.Union([Bystander, Type.Literal(false)])),
  },
  { additionalProperties: false },
)
/** What a scenario file exports: `export default { … } satisfies ScenarioFile`. */
export type ScenarioFile = Static<typeof ScenarioFile>

/** A scenario with everything filled in. Times are milliseconds, rates are requests a second. */
export interface Scenario {
  name: string
  description: string
  /** Absolute path of a folder with tasks; '' for none. */
  tasks: string
  /** '' is the service's default task. */
  task: string
  params: Record<string, unknown>
  executors: ExecutorName[]
  servers: number[]
  workers: number[]
  rates: RateShape[]
  /** In place of `rates`, for some executors. */
  ratesOf?: Partial<Record<ExecutorName, RateShape[]>>
  /** Empty: there is one thing only. */
  versions: Version[]
  spacing: 'even' | 'poisson'
  seed: number
  warmUpMs: number
  durationMs: number
  repetitions: number
  deadlineMs: number
  giveUpMs: number
  /** `path` '': what the target knows of `/livez` and `/`. */
  bystander: { path: string; rate: number } | false
}

/** A rate with its numbers in milliseconds and requests a second. */
export type RateShape =
  | { shape: 'constant'; rate: number }
  | { shape: 'ramp'; from: number; to: number }
  | { shape: 'step'; rates: number[] }
  | { shape: 'bursts'; rate: number; burst: number; everyMs: number; lengthMs: number }

/**
 * One combination of what a scenario tries: its trials differ by chance only.
 */
export interface Condition {
  /** Unique within the run, fit for a file name: `queue-3-servers`. */
  key: string
  /** For people: `queue, 3 servers`. Only what differs within the run, and always the executor. */
  label: string
  executor: ExecutorName
  /** Null where the target is as it is: nothing is scaled. */
  servers: number | null
  workers: number | null
  rate: RateShape
  /** '' where there are none. */
  version: string
}
