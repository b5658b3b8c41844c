import { type TObject, type TSchema, Type } from 'typebox'
import { BlockingAnswer, Health, NonBlockingAnswer, TaskList } from '../api/answers.ts'
import { Fleet } from '../api/fleet.ts'
import { Job } from '../api/job.ts'
import { ProblemBody } from '../api/problem.ts'
import { describeSchema } from '../api/validate.ts'
import { http } from '../node-http.ts'
import type { Catalogue } from '../tasks/catalogue.ts'

/** How endpoints describe themselves for the OpenAPI document. */

/** The schemas that the document names, each once. */
export const sharedSchemas = [
  Job,
  ProblemBody,
  BlockingAnswer,
  NonBlockingAnswer,
  TaskList,
  Health,
  Fleet,
]

/** A JSON answer: what it means, and its schema, which is one of the shared ones. */
export function answer(description: string, schema: TSchema & { $id?: string }) {
  return { description, content: { 'application/json': { schema: { $ref: `${schema.$id}#` } } } }
}

/** The problems that an endpoint may answer, by status. */
export function problems(...statuses: number[]) {
  const content = { 'application/problem+json': { schema: { $ref: 'Problem#' } } }
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: http.STATUS_CODES[status] ?? 'Problem', content },
    ]),
  )
}

/**
 * The query of a GET: the endpoint's own fields, and beside them the parameters of every task. These
 * are only described here; the task's own schema checks them.
 */
export function queryOf(fields: TObject['properties'], catalogue: Catalogue): TObject {
  const described: Record<string, string[]> = {}
  for (const { name, params } of catalogue.list())
    for (const [param, schema] of Object.entries(params.properties)) {
      described[param] ??= []
      described[param].push(`${name}: ${describeSchema(schema)}${defaultOf(schema)}`)
    }
  const params = Object.entries(described).map(([param, lines]) => [
    param,
    Type.Optional(Type.Unknown({ description: lines.join('; ') })),
  ])
  return Type.Object({ ...fields, ...Object.fromEntries(params) }, { additionalProperties: true })
}

function defaultOf(schema: { default?: unknown }): string {
  return schema.default === undefined ? '' : ` (default ${JSON.stringify(schema.default)})`
}

/** The body of a POST: the endpoint's own fields, and the task's parameters under `params`. */
export function bodyOf(fields: TObject['properties'], catalogue: Catalogue): TObject {
  const lines = catalogue.list().map(({ name, params }) => {
    const each = Object.entries(params.properties).map(
      ([param, schema]) => `${param}, ${describeSchema(schema)}${defaultOf(schema)}`,
    )
    return `${name}: ${each.join('; ') || 'none'}`
  })
  const params = Type.Object(
    {},
    { additionalProperties: true, description: `the task's parameters. ${lines.join('. ')}.` },
  )
  return Type.Object({ ...fields, params: Type.Optional(params) })
}
