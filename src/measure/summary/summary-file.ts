import { Type } from 'typebox'
import {
  Count,
  conditionFields,
  cpuFields,
  MachineFile,
  orNull,
  SettingsFile,
  Shape,
  State,
  TargetFile,
  VersionTargetFile,
} from '../records/run-file.ts'

/**
 * The schema of `summary.json`: what `schema.ts` says, for what comes from a disk. Fields that are not
 * known are left alone. `readSummary` does not compile where the two have come apart.
 */

const aNumber = orNull(Type.Number())

const RequestsFile = Type.Object({
  sent: Count,
  completed: Count,
  failed: Count,
  refused: Count,
})

const PercentilesFile = Type.Object({
  count: Count,
  mean: aNumber,
  p50: aNumber,
  p90: aNumber,
  p99: aNumber,
  p999: aNumber,
  max: aNumber,
})

const LateAt = Type.Array(Type.Enum(['p50', 'p90', 'p99', 'p999', 'max']))

const Reasons = Type.Record(Type.String(), Count)

const Shares = Type.Record(Type.String(), Count)

const PartsFile = Type.Object({
  waitMs: PercentilesFile,
  overheadMs: PercentilesFile,
  waitHistogram: Type.String(),
  overheadHistogram: Type.String(),
  runHistogram: Type.String(),
  atOnce: orNull(
    Type.Object({
      ms: Type.Array(Type.Number({ minimum: 0 })),
      results: Type.Number({ minimum: 0 }),
    }),
  ),
})

const ConditionFile = Type.Object({
  ...conditionFields,
  rate: Shape,
  void: orNull(Type.String()),
  requests: RequestsFile,
  reasons: Reasons,
  latencyMs: PercentilesFile,
  acceptedMs: orNull(PercentilesFile),
  startedMs: orNull(PercentilesFile),
  runMs: orNull(PercentilesFile),
  parts: Type.Optional(orNull(PartsFile)),
  offeredPerS: Type.Number(),
  throughputPerS: Type.Number(),
  goodputPerS: Type.Number(),
  deadlineMs: Type.Number(),
  load: Type.Array(Type.Object({ offeredPerS: Type.Number(), throughputPerS: Type.Number() })),
  lateAt: LateAt,
  bystander: orNull(
    Type.Object({
      requests: RequestsFile,
      reasons: Type.Optional(Reasons),
      latencyMs: PercentilesFile,
      lateAt: LateAt,
    }),
  ),
  lagMs: PercentilesFile,
  generatorCpu: Type.Number(),
  cpu: orNull(Type.Object({ ...cpuFields, perTaskS: aNumber })),
  shares: Type.Object({ servers: Shares, workers: Shares }),
  queueDepth: orNull(Type.Object({ mean: Type.Number(), max: Type.Number() })),
  trials: Type.Array(
    Type.Object({
      index: Count,
      repetition: Count,
      startedAt: Type.String(),
      state: State,
      durationMs: Type.Number(),
      void: orNull(Type.String()),
      requests: RequestsFile,
      latencyMs: PercentilesFile,
      throughputPerS: Type.Number(),
      goodputPerS: Type.Number(),
      bystanderMs: orNull(PercentilesFile),
    }),
  ),
  histogram: Type.String(),
})

export const SummaryFile = Type.Object(
  {
    format: Type.Literal(1),
    run: Type.String(),
    state: State,
    verdict: Type.Array(Type.String()),
    scenario: Type.String(),
    command: Type.String(),
    startedAt: Type.String(),
    target: TargetFile,
    versions: Type.Array(VersionTargetFile),
    machine: MachineFile,
    priority: Type.Number(),
    settings: SettingsFile,
    conditions: Type.Array(ConditionFile),
  },
  { additionalProperties: true },
)
