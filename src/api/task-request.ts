import { Type } from 'typebox'

// A request for a task. In a URL the task's parameters stand beside these fields
// (`?task=primes&limit=1000`), in a JSON body under `params`; these names are therefore not free for
// parameters (src/tasks/params-check.ts).

const task = Type.Optional(
  Type.String({ description: 'name of a task; the default task when left out' }),
)
const timeoutMs = (max: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: max,
      description: 'deadline in milliseconds, counted from the arrival of the request',
    }),
  )
const executor = Type.Optional(
  Type.Enum(['thread', 'event-loop'], {
    description: 'where the server runs it; `event-loop` freezes that instance meanwhile',
  }),
)
const priority = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 2_097_151,
    description: '0 goes first and is the default; then lower numbers before higher ones',
  }),
)

/** What `/api/blocking` takes besides the task's parameters. `maxTimeoutMs` is configuration. */
export const blockingFields = (maxTimeoutMs: number) => ({
  task,
  executor,
  timeoutMs: timeoutMs(maxTimeoutMs),
})

/** What `/api/non-blocking` takes besides the task's parameters. */
export const nonBlockingFields = (maxTimeoutMs: number) => ({
  task,
  timeoutMs: timeoutMs(maxTimeoutMs),
  priority,
})
