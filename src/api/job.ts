import { type Static, Type } from 'typebox'

const Time = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const Ms = (description: string) =>
  Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description })

export const JobState = Type.Enum(['waiting', 'active', 'completed', 'failed', 'cancelled'])
export type JobState = Static<typeof JobState>

/** Why a job failed. */
export const JobError = Type.Object({
  reason: Type.Enum(
    [
      'threw',
      'deadline',
      'deadline before start',
      'thread died',
      'out of memory',
      'worker died',
      'unknown task',
      'unreadable',
    ],
    {
      description:
        'the task threw; it ran past its deadline; its deadline passed while it waited; its thread ' +
        'died; its thread ran out of memory; the worker process died with it too often; the workers ' +
        'do not know this task; what Redis has of it is no job of this version',
    },
  ),
  detail: Type.String(),
})
export type JobError = Static<typeof JobError>

/** A job as the API shows it. */
export const Job = Type.Object(
  {
    id: Type.String(),
    task: Type.String(),
    state: JobState,
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    attempts: Type.Integer({ minimum: 0, description: 'how often a worker has taken it' }),
    worker: Type.Union([Type.String(), Type.Null()]),
    enqueuedAt: Time('when it was accepted'),
    startedAt: Time('when a worker took it (the last time)'),
    finishedAt: Time('when it reached its last state'),
    timing: Type.Object({
      waitMs: Ms('from acceptance to the start of the run'),
      runMs: Ms('of the run itself'),
    }),
    result: Type.Optional(Type.Unknown({ description: "the task's result, once completed" })),
    error: Type.Optional(JobError),
  },
  { $id: 'Job', title: 'Job' },
)
export type Job = Static<typeof Job>
