import { isDeepStrictEqual } from 'node:util'
import { Ajv, type ErrorObject } from 'ajv'
import { ScenarioFile } from './schema.ts'

/** What is wrong with one field, and what would be right. */
export interface Mistake {
  /** `rates.0.every`; '' for the whole. */
  field: string
  detail: string
}

const ajv = new Ajv({
  allErrors: true,
  strict: false,
  validateFormats: false,
  addUsedSchema: false,
  verbose: true, // errors bear their schema and value
})
const validate = ajv.compile(ScenarioFile)

/** All that is wrong with what a scenario file says; none: it is a `ScenarioFile`. One mistake a field. */
export function mistakesIn(value: unknown): Mistake[] {
  const found = new Map<string, string>()
  const add = ({ field, detail }: Mistake) => {
    if (!found.has(field)) found.set(field, detail)
  }
  if (!validate(value)) for (const error of relevant(validate.errors ?? [])) add(explain(error))
  for (const mistake of notJson(value)) add(mistake)
  return [...found].map(([field, detail]) => ({ field, detail }))
}

/** Several mistakes in the one line that an error for people is. */
export function inOneLine(where: string, mistakes: readonly Mistake[]): string {
  const told = mistakes.map(({ field, detail }) => (field === '' ? detail : `${field}: ${detail}`))
  return `${where}: ${told.join('; ')}`
}

/**
 * Of what Ajv says about a value that may be one of several, what is about the one that was meant: a
 * ramp that lacks its end is not told that it is no number either.
 */
function relevant(errors: ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  return errors.filter((error) =>
    unions.every((union) => {
      const meant = branchMeant(union.schema as SchemaNode[], union.data)
      if (error === union) return meant === undefined
      const branch = `${union.schemaPath}/`
      const isWithin =
        error.schemaPath.startsWith(branch) && isAtOrBelow(error.instancePath, union.instancePath)
      return !isWithin || error.schemaPath.slice(branch.length).split('/')[0] === String(meant)
    }),
  )
}

function isAtOrBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`)
}

/** Index of the schema that has a value's type and its constants, such as `shape: ramp`. */
function branchMeant(branches: SchemaNode[], value: unknown): number | undefined {
  const index = branches.findIndex(({ type, const: only, properties = {} }) => {
    if (only !== undefined || type !== typeOf(value)) return false
    const constants = Object.entries(properties).filter((each) => each[1].const !== undefined)
    return constants.every(([key, { const: right }]) => (value as Fields)[key] === right)
  })
  return index < 0 ? undefined : index
}

type Fields = Record<string, unknown>

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

function explain({ instancePath, keyword, params, parentSchema }: ErrorObject): Mistake {
  const path = instancePath.split('/').slice(1).map(unescapePointer)
  const schema = (parentSchema ?? {}) as SchemaNode
  if (keyword === 'required') {
    path.push(params.missingProperty)
    const right = describe(schema.properties?.[params.missingProperty] ?? {})
    return { field: path.join('.'), detail: `is missing: must be ${right}` }
  }
  if (keyword === 'additionalProperties') {
    const name: string = params.additionalProperty
    const known = Object.keys(schema.properties ?? {})
    const field = [...path, name].join('.')
    return { field, detail: `is not known here${instead(name, known)}` }
  }
  return { field: path.join('.'), detail: `must be ${describe(schema)}` }
}

/** The known name that was meant, where one is close; else all of them. */
function instead(name: string, known: string[]): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '')
  const close = known.filter((each) => {
    const [one, two] = [plain(name), plain(each)]
    return one !== '' && (one.startsWith(two) || two.startsWith(one))
  })
  // Of `rates` and `ratesOf`, `rate` is nearer to the first.
  const [meant, ...others] = close.toSorted((a, b) => a.length - b.length)
  if (meant !== undefined && others.every((each) => each.startsWith(meant)))
    return ` (did you mean ${meant}?)`
  return ` (known: ${known.join(', ')})`
}

interface SchemaNode {
  type?: string
  properties?: Record<string, SchemaNode>
  items?: SchemaNode
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  enum?: string[]
  const?: unknown
  examples?: string[]
  anyOf?: SchemaNode[]
}

const inWords: Record<string, string> = {
  '^[a-z0-9][a-z0-9.-]{0,39}$':
    'at most 40 lower-case letters, digits, dots and dashes, the first a letter or digit',
  '^/': 'a path that begins with /',
}

/** What a value may be: `a whole number from 1 to 64`. The numbers of scenarios with a fraction are rates. */
function describe(schema: SchemaNode): string {
  const { type, enum: choices, anyOf, pattern, examples, minimum, maximum, properties } = schema
  if (anyOf) return anyOf.map(describe).join(', or ')
  if (schema.const !== undefined) return String(schema.const)
  if (choices) return `one of ${choices.join(', ')}`
  if (examples) return `a duration with its unit, such as ${examples.join(' or ')}`
  if (pattern !== undefined) return inWords[pattern] ?? `text that matches ${pattern}`
  if (type === 'number') {
    const least = minimum === undefined ? 'above 0' : `from ${minimum}`
    return `a number of requests a second ${least}, at most ${maximum}`
  }
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`
  if (type === 'array') return describeList(schema)
  if (type === 'object') return properties ? describeObject(properties) : 'names and values'
  return 'text, not empty'
}

function describeList({ items = {}, minItems, maxItems }: SchemaNode): string {
  const count =
    maxItems === undefined ? 'a list of one or more' : `a list of ${minItems} to ${maxItems}`
  return `${count}, each ${describe(items)}`
}

function describeObject(properties: Record<string, SchemaNode>): string {
  const fields = Object.entries(properties).map(([name, { const: only }]) =>
    only === undefined ? name : `${name}: ${only}`,
  )
  return `{ ${fields.join(', ')} }`
}

/** Parameters travel as JSON: what a TypeScript file may hold besides would be lost on the way. */
function* notJson(value: unknown): Generator<Mistake> {
  const { params, versions } = isObject(value) ? value : {}
  const all: [string, unknown][] = [['params', params]]
  if (Array.isArray(versions))
    for (const [index, each] of versions.entries())
      all.push([`versions.${index}.params`, isObject(each) ? each.params : undefined])
  for (const [field, each] of all)
    if (each !== undefined && !isJson(each))
      yield {
        field,
        detail: 'must be what JSON can hold: text, numbers, true, false, null, lists, objects',
      }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function isJson(value: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value)
  } catch {
    return false // circular, a BigInt, or a function by itself
  }
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
