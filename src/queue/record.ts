import type { Job as BullJob } from 'bullmq'
import { type Static, type TObject, Type } from 'typebox'
import { JobError } from '../api/job.ts'
import { checker } from '../api/validate.ts'
import { jobIdOf, requestIdIn } from './job-id.ts'

/**
 * What we write into a job in Redis, and how it is read back: by schema, since it may come from another
 * version of this program. Fields that are not known are left alone.
 */
const open = { additionalProperties: true }

const Ms = Type.Number({ minimum: 0 })

/** What the producer writes. */
export const JobData = Type.Object(
  {
    params: Type.Object({}, open),
    /** Left out where the job's id follows from it: see `requestIdOf`. */
    requestId: Type.Optional(Type.String()),
    /** A deadline in milliseconds from acceptance, where the request named one. */
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Estimated CPU time of one run, in whole milliseconds. It stands first: see count-backlog.ts. */
    costMs: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Whose budget was charged with it. */
    client: Type.Optional(Type.String()),
  },
  open,
)
export type JobData = Omit<Static<typeof JobData>, 'params'> & { params: Record<string, unknown> }

/** What is written of it: nothing that is known without, since a million jobs may wait. */
export function asStored(
  id: string,
  { costMs = 0, requestId, ...rest }: JobData & { requestId: string },
): JobData {
  const cost = costMs > 0 ? { costMs } : {}
  return { ...cost, ...rest, ...(jobIdOf(requestId) === id ? {} : { requestId }) }
}

/** The request that the job came with. */
export function requestIdOf(id: string, data: JobData | undefined): string {
  return data?.requestId ?? requestIdIn(id)
}

/** What the worker writes while it runs. Times are milliseconds since 1970. */
export const JobProgress = Type.Object(
  {
    fraction: Type.Number({ minimum: 0, maximum: 1 }),
    startedAt: Ms,
    /** When this was written. */
    at: Ms,
    /** The attempt that it is about, and how many workers had died under the job by then. */
    attempt: Type.Integer({ minimum: 0 }),
    stalls: Type.Integer({ minimum: 0 }),
  },
  open,
)
export type JobProgress = Static<typeof JobProgress>

/**
 * What the worker writes when it is done. The result is JSON text, or in a key of its own where it is
 * large: whoever looks at a job reads all of its fields.
 */
export const JobReturn = Type.Object(
  {
    json: Type.Optional(Type.String()),
    apart: Type.Optional(Type.Literal(true)),
    startedAt: Ms,
    runMs: Ms,
  },
  open,
)
export type JobReturn = Static<typeof JobReturn>

export type QueuedJob = BullJob<JobData, JobReturn | undefined, string>

/** Results above this many characters of JSON are kept apart. */
export const largeResult = 64 * 1024

export const readData = reader<JobData>(JobData)
export const readProgress = reader<JobProgress>(JobProgress)
export const readReturn = reader<JobReturn>(JobReturn)

/** A function that reads JSON text, or what was parsed of it; undefined for what the schema does not allow. */
function reader<T>(schema: TObject): (value: unknown) => T | undefined {
  const check = checker(schema, 'body')
  return (value) => {
    const checked = check(typeof value === 'string' ? parse(value) : value)
    return checked.ok ? (checked.value as T) : undefined
  }
}

/** Undefined for what is no JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why a job ended otherwise than well. A cancelled one has not failed, but ends in BullMQ as if. */
export type Failure = Omit<JobError, 'reason'> & { reason: JobError['reason'] | 'cancelled' }

const reasons: ReadonlySet<string> = new Set([...JobError.properties.reason.enum, 'cancelled'])

// BullMQ's own words.
const stalledTooOften = 'job stalled more than allowable limit'

/** BullMQ keeps one line for a failure: the reason, a colon, the detail. */
export function writeFailure({ reason, detail }: Failure): string {
  return `${reason}: ${detail}`
}

export function readFailure(line: string): Failure {
  const reason = line.slice(0, Math.max(0, line.indexOf(': ')))
  if (reasons.has(reason))
    return { reason: reason as Failure['reason'], detail: line.slice(reason.length + 2) }
  if (line === stalledTooOften)
    return { reason: 'worker died', detail: 'a worker died under it again and again' }
  return { reason: 'worker died', detail: line }
}
