import type { ServerResponse } from 'node:http'
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
 * An object as JSON with one field more, whose value is JSON text already. A large result is made into
 * text where it was computed, and is not parsed and written again on this event loop.
 */
export function withJson(object: object, field: string, json: string | undefined): string {
  const text = JSON.stringify(object)
  return json === undefined ? text : `${text.slice(0, -1)},${JSON.stringify(field)}:${json}}`
}

/** Sends an object as `withJson` writes it. */
export function sendWithJson(
  reply: FastifyReply,
  object: object,
  field: string,
  json: string | undefined,
): FastifyReply {
  const whole = withJson(object, field, json)
  giveUpOnSlowReader(reply.raw, whole)
  return reply.type('application/json; charset=utf-8').send(whole)
}

/** More than the proxy holds of an answer (64 KiB): the rest stays here until the client takes it. */
const large = 64 * 1024
const longestSendMs = 60_000

/** A client that takes a large answer slowly, but never stops, would keep it in memory for ever. */
export function giveUpOnSlowReader(raw: ServerResponse, answer: string): void {
  if (answer.length <= large) return
  const timer = setTimeout(() => raw.destroy(), longestSendMs)
  raw.once('close', () => clearTimeout(timer))
}
