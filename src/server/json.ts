import type { FastifyReply } from 'fastify'
import { invalid } from '../api/problem.ts'

/**
 * Parses a request's body. A field named `__proto__`, at whatever depth, is refused: no task means it,
 * and copying such an object would change its prototype.
 *
 * @throws {Problem} 400
 */
export function parseJson(text: string): unknown {
  if (text === '') throw wrong('body', 'is empty; leave Content-Type out, or send a JSON object')
  try {
    // Only text that can spell it is searched: with an escape, or plainly.
    return /\\u|__proto__/.test(text) ? JSON.parse(text, refuseProto) : JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong('body', `is not JSON: ${error.message}`)
    throw error
  }
}

function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw wrong('__proto__', 'is not a name that a field can have')
  return value
}

const wrong = (field: string, detail: string) => invalid([{ field, detail }])

/**
 * Sends an object with one field more, whose value is JSON text already. A large result is made into
 * text where it was computed, and is not parsed and written again on this event loop.
 */
export function sendWithJson(
  reply: FastifyReply,
  object: object,
  field: string,
  json: string | undefined,
): FastifyReply {
  const text = JSON.stringify(object)
  const whole = json === undefined ? text : `${text.slice(0, -1)},${JSON.stringify(field)}:${json}}`
  return reply.type('application/json; charset=utf-8').send(whole)
}
