import { type Static, Type } from 'typebox'
import { Job } from './job.ts'
import { Timing } from './timing.ts'

/** What the endpoints answer, apart from jobs and problems. */

const result = Type.Unknown({ description: "the task's result" })

export const BlockingAnswer = Type.Object(
  {
    type: Type.Literal('blocking'),
    complete: Type.Literal(true),
    task: Type.String(),
    executor: Type.Enum(['thread', 'event-loop']),
    instance: Type.String({ description: 'the server that ran it' }),
    timing: Timing,
    result,
  },
  { $id: 'BlockingAnswer', title: 'BlockingAnswer' },
)
export type BlockingAnswer = Static<typeof BlockingAnswer>

export const NonBlockingAnswer = Type.Object(
  {
    type: Type.Literal('non-blocking'),
    complete: Type.Boolean(),
    task: Type.String(),
    executor: Type.Literal('queue'),
    instance: Type.String({ description: 'the server that accepted it' }),
    job: Job,
    timing: Type.Optional(Timing),
    result: Type.Optional(result),
  },
  { $id: 'NonBlockingAnswer', title: 'NonBlockingAnswer' },
)
export type NonBlockingAnswer = Static<typeof NonBlockingAnswer>

export const TaskList = Type.Object(
  {
    default: Type.String(),
    tasks: Type.Array(
      Type.Object({
        name: Type.String(),
        summary: Type.String(),
        params: Type.Unknown({ description: 'JSON Schema of the parameters' }),
        timeoutMs: Type.Integer({ description: 'how long one run may take' }),
      }),
    ),
  },
  { $id: 'TaskList', title: 'TaskList' },
)
export type TaskList = Static<typeof TaskList>

export const Health = Type.Object(
  {
    status: Type.Enum(['ok', 'unavailable']),
    instance: Type.String(),
    checks: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { $id: 'Health', title: 'Health' },
)
export type Health = Static<typeof Health>
