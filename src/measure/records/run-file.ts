import { Type } from 'typebox'
import { executors } from '../scenario/schema.ts'

/**
 * The schemas of `run.json`: what `run.ts` says, for what comes from a disk. Fields that are not known
 * are left alone. `readRun` does not compile where the two have come apart.
 */

export const orNull = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const Executor = Type.Enum([...executors])
export const Count = Type.Integer({ minimum: 0 })
export const State = Type.Enum(['complete', 'partial'])

export const Shape = Type.Union([
  Type.Object({ shape: Type.Literal('constant'), rate: Type.Number() }),
  Type.Object({ shape: Type.Literal('ramp'), from: Type.Number(), to: Type.Number() }),
  Type.Object({ shape: Type.Literal('step'), rates: Type.Array(Type.Number()) }),
  Type.Object({
    shape: Type.Literal('bursts'),
    rate: Type.Number(),
    burst: Type.Number(),
    everyMs: Type.Number(),
    lengthMs: Type.Number(),
  }),
])

export const TargetFile = Type.Object({
  url: Type.String(),
  own: Type.Boolean(),
  task: orNull(Type.String()),
  jobs: Type.Boolean(),
  fleet: Type.Boolean(),
  bystander: orNull(Type.String()),
})

export const VersionTargetFile = Type.Object({
  name: Type.String(),
  url: Type.String(),
  own: Type.Boolean(),
  task: orNull(Type.String()),
})

export const MachineFile = Type.Object({
  cpus: Type.String(),
  cores: Type.Number(),
  memoryBytes: Type.Number(),
  os: Type.String(),
  node: Type.String(),
  unblock: Type.String(),
})

export const cpuFields = {
  source: Type.Enum(['metrics', 'vitals']),
  processS: Type.Number(),
  taskS: orNull(Type.Number()),
  serverS: Type.Optional(orNull(Type.Number())),
  wastedS: orNull(Type.Number()),
  tasks: orNull(Count),
}

const Params = Type.Record(Type.String(), Type.Unknown())

/** What else must be alike for two runs to be compared. */
export const SettingsFile = Type.Object({
  task: Type.String(),
  params: Params,
  spacing: Type.Enum(['even', 'poisson']),
  seed: Type.Number(),
  warmUpMs: Type.Number(),
  durationMs: Type.Number(),
  repetitions: Count,
  deadlineMs: Type.Number(),
  giveUpMs: Type.Number(),
  bystander: Type.Union([
    Type.Object({ path: Type.String(), rate: Type.Number() }),
    Type.Literal(false),
  ]),
})

const ScenarioInRun = Type.Object({
  ...SettingsFile.properties,
  name: Type.String(),
  description: Type.String(),
  tasks: Type.String(),
  executors: Type.Array(Executor),
  servers: Type.Array(Count),
  workers: Type.Array(Count),
  rates: Type.Array(Shape),
  ratesOf: Type.Optional(
    Type.Object({
      'event-loop': Type.Optional(Type.Array(Shape)),
      thread: Type.Optional(Type.Array(Shape)),
      queue: Type.Optional(Type.Array(Shape)),
    }),
  ),
  versions: Type.Array(
    Type.Object({
      name: Type.String(),
      task: Type.Optional(Type.String()),
      params: Type.Optional(Params),
      target: Type.Optional(Type.String()),
    }),
  ),
})

export const conditionFields = {
  key: Type.String(),
  label: Type.String(),
  executor: Executor,
  servers: orNull(Count),
  workers: orNull(Count),
  rate: Shape,
  version: Type.String(),
}

export const RunFile = Type.Object(
  {
    format: Type.Literal(1),
    id: Type.String(),
    startedAt: Type.String(),
    endedAt: Type.String(),
    state: State,
    command: Type.String(),
    scenario: ScenarioInRun,
    conditions: Type.Array(Type.Object(conditionFields)),
    target: TargetFile,
    versions: Type.Array(VersionTargetFile),
    machine: MachineFile,
    priority: Type.Number(),
    trials: Type.Array(
      Type.Object({
        index: Count,
        condition: Type.String(),
        repetition: Count,
        startedAt: Type.String(),
        state: State,
        before: Type.Enum(['idle', 'busy']),
        durationMs: orNull(Type.Number({ minimum: 0 })),
        generator: orNull(
          Type.Object({
            cpu: Type.Number(),
            loopP99Ms: Type.Number(),
            openMax: Type.Number(),
            unsent: Type.Number(),
          }),
        ),
        cpu: orNull(Type.Object(cpuFields)),
      }),
    ),
  },
  { additionalProperties: true },
)
