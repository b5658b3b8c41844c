import { type Static, Type } from 'typebox'

/**
 * One request as its client saw it: a line of `records.jsonl.gz`. Times are milliseconds since the start
 * of its trial, by a monotonic clock; those of the warm-up are below 0.
 */
export const RequestRecord = Type.Object(
  {
    trial: Type.Integer({ minimum: 0, description: 'index in the run' }),
    kind: Type.Enum(['task', 'bystander']),
    due: Type.Number({ description: 'when it was to be sent' }),
    sent: Type.Number({ description: 'when it was handed to the network; the difference is lag' }),
    accepted: Type.Union([Type.Number(), Type.Null()], {
      description: 'queue only: when the answer came that names the job',
    }),
    started: Type.Union([Type.Number(), Type.Null()], {
      description: 'queue only: when the client learned that a worker had begun',
    }),
    ended: Type.Number({
      description: 'when the client had the result, or learned that there will be none',
    }),
    outcome: Type.Enum(['completed', 'refused', 'failed'], {
      description: 'refused: by 503 or 429, before any work',
    }),
    reason: Type.Optional(
      Type.String({ description: 'why it is not completed: `status 500`, `gave up`, `deadline`' }),
    ),
    status: Type.Integer({ minimum: 0, description: 'of the (first) answer; 0: there was none' }),
    server: Type.Optional(Type.String({ description: 'who answered: X-Served-By' })),
    worker: Type.Optional(Type.String({ description: 'queue only: who ran it' })),
    waitMs: Type.Optional(Type.Number({ description: 'by the service: before the run' })),
    runMs: Type.Optional(Type.Number({ description: 'by the service: the run itself' })),
  },
  { additionalProperties: false },
)
export type RequestRecord = Static<typeof RequestRecord>

/**
 * What was seen of the system at one moment: a line of `samples.jsonl.gz`. `at` is as in records.
 */
export const Sample = Type.Object(
  {
    trial: Type.Integer({ minimum: 0 }),
    at: Type.Number(),
    queue: Type.Object({ waiting: Type.Integer(), active: Type.Integer() }),
    instances: Type.Array(
      Type.Object({
        id: Type.String(),
        state: Type.String({ description: 'ready, blocked or draining' }),
        running: Type.Integer({ description: 'tasks' }),
        cpu: Type.Number({ description: 'cores in use' }),
      }),
    ),
  },
  { additionalProperties: false },
)
export type Sample = Static<typeof Sample>
