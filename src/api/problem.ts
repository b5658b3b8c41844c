import { type Static, Type } from 'typebox'
import { http } from '../node-http.ts'

/** One field of a request that is wrong, and what it may be. */
export const FieldError = Type.Object({
  field: Type.String({ description: 'where: a parameter, header, or path of the body' }),
  detail: Type.String({ description: 'what it may be' }),
})
export type FieldError = Static<typeof FieldError>

/** An error as the API answers it: application/problem+json, RFC 9457. */
export const ProblemBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String(),
    errors: Type.Optional(Type.Array(FieldError)),
    job: Type.Optional(Type.String({ description: 'id of the job that the problem is about' })),
  },
  { $id: 'Problem', title: 'Problem' },
)
export type ProblemBody = Static<typeof ProblemBody>

interface ProblemOptions {
  /** Instead of the status's own phrase. */
  title?: string
  errors?: FieldError[]
  job?: string
  headers?: Record<string, string>
}

/** Thrown anywhere in a request's way, answered as problem+json by the server's error handler. */
export class Problem extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemBody

  constructor(status: number, detail: string, options: ProblemOptions = {}) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.headers = options.headers ?? {}
    this.body = {
      type: 'about:blank',
      title: options.title ?? http.STATUS_CODES[status] ?? 'Error',
      status,
      detail,
      ...(options.errors ? { errors: options.errors } : {}),
      ...(options.job ? { job: options.job } : {}),
    }
  }
}

/** 400 for fields that are wrong; the detail lists them all in one sentence. */
export function invalid(errors: FieldError[]): Problem {
  const detail = errors.map(({ field, detail }) => `${field} ${detail}`).join('; ')
  return new Problem(400, `${detail}.`, { errors })
}

/** 503 with `Retry-After`, in whole seconds, at least one. */
export function unavailable(detail: string, retryAfterS = 1): Problem {
  return new Problem(503, detail, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterS))) },
  })
}
