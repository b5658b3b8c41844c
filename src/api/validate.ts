import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { TObject } from 'typebox'
import type { FieldError } from './problem.ts'

/**
 * Validation of what comes from outside, by JSON Schema. Values from a URL are text and are converted
 * (`"5"` is a number there); values from a JSON body are what they are.
 */
export type Source = 'query' | 'body'

const options = {
  allErrors: true,
  useDefaults: true,
  strict: false,
  validateFormats: false,
  addUsedSchema: false, // one schema may be checked in several places
  verbose: true, // errors bear the value
} as const
const ajv = {
  query: new Ajv({ ...options, coerceTypes: 'array' }), // where a list is due, one value is one of one
  body: new Ajv({ ...options, coerceTypes: false }),
}

type Checked = { ok: true; value: Record<string, unknown> } | { ok: false; errors: FieldError[] }

/**
 * A function that checks an object against a schema, and names every field that is wrong. It changes
 * its input: defaults are filled in, text from a URL is converted. The schema is closed, which is to say
 * that unknown fields are wrong, unless it says otherwise itself. `besides` are fields that the caller
 * takes out before: known where they are looked for.
 */
export function checker(
  schema: TObject,
  source: Source,
  { prefix = '', besides = [] }: { prefix?: string; besides?: readonly string[] } = {},
): (input: unknown) => Checked {
  const closed = { additionalProperties: false, ...schema }
  let validate: ValidateFunction | undefined
  return (input) => {
    validate ??= ajv[source].compile(closed)
    if (validate(input)) return { ok: true, value: input as Record<string, unknown> }
    const where = { schema: closed, source, prefix, besides }
    return { ok: false, errors: explain(validate.errors ?? [], where) }
  }
}

/** Ajv's errors in our own words: which field, and what it may be. One error a field. */
function explain(
  errors: ErrorObject[],
  {
    schema,
    source,
    prefix,
    besides,
  }: { schema: object; source: Source; prefix: string; besides: readonly string[] },
): FieldError[] {
  const found = new Map<string, string>()
  for (const error of errors) {
    const path = error.instancePath.split('/').slice(1).map(unescapePointer)
    const { keyword, params, message, data } = error
    if (keyword === 'required') path.push(params.missingProperty)
    if (keyword === 'additionalProperties') path.push(params.additionalProperty)
    const field = prefix + path.join('.') || 'body'
    if (found.has(field)) continue
    // A field that stands in a URL twice is a list of what it is there.
    const isTwice = source === 'query' && Array.isArray(data) && single.has(keyword)
    const detail = isTwice
      ? 'is given more than once'
      : sentence({ keyword, path, message }, schema, besides)
    found.set(field, detail)
  }
  return [...found].map(([field, detail]) => ({ field, detail }))
}

const single = new Set(['type', 'enum', 'const'])

/** Keywords that `describeSchema` puts in words; what others ask for, Ajv says itself. */
const described = new Set(
  'type minimum maximum minLength maxLength minItems maxItems pattern enum const anyOf'.split(' '),
)

function sentence(
  { keyword, path, message }: { keyword: string; path: string[]; message: string | undefined },
  schema: object,
  besides: readonly string[],
): string {
  if (keyword === 'additionalProperties') {
    const known = Object.keys(at(schema, path.slice(0, -1))?.properties ?? {})
    if (path.length === 1) known.push(...besides)
    return known.length > 0 ? `is not known here; known: ${known.join(', ')}` : 'is not known here'
  }
  const right = describeSchema(at(schema, path) ?? {})
  if (keyword === 'required') return `is missing: ${right}`
  return described.has(keyword) ? `must be ${right}` : (message ?? `must be ${right}`)
}

interface SchemaNode {
  type?: string | string[]
  properties?: Record<string, SchemaNode>
  items?: SchemaNode
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: SchemaNode[]
}

function at(schema: object, path: string[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema
  for (const step of path) node = node?.properties?.[step] ?? node?.items
  return node
}

/** What a value of this schema may be, in words: `an integer from 2 to 100`. */
export function describeSchema(schema: object): string {
  const node: SchemaNode = schema
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (node.enum) return `one of ${node.enum.map((each) => JSON.stringify(each)).join(', ')}`
  if (node.anyOf) return node.anyOf.map(describeSchema).join(' or ')
  const { type } = node
  if (Array.isArray(type))
    return type.map((each) => describeSchema({ ...node, type: each })).join(' or ')
  if (type === 'integer') return `an integer${range(node.minimum, node.maximum)}`
  if (type === 'number') return `a number${range(node.minimum, node.maximum)}`
  if (type === 'boolean') return 'true or false'
  if (type === 'array') return `a list${range(node.minItems, node.maxItems, ' of', ' items')}`
  if (type === 'object') return 'an object'
  if (type === 'string') {
    const length = range(node.minLength, node.maxLength, ' of', ' characters')
    return `a string${length}${node.pattern ? ` that matches ${node.pattern}` : ''}`
  }
  return type === undefined ? 'a valid value' : type
}

function range(min?: number, max?: number, before = '', unit = ''): string {
  if (min !== undefined && max !== undefined) return `${before || ' from'} ${min} to ${max}${unit}`
  if (min !== undefined) return `${before} of at least ${min}${unit}`.replace('of of', 'of')
  if (max !== undefined) return `${before} of at most ${max}${unit}`.replace('of of', 'of')
  return ''
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
