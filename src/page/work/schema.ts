import type { FieldError } from '../../api/problem.ts'

/** A form's fields out of the JSON Schema of a task's parameters, and the parameters out of its texts. */

/** One parameter, as the form asks for it. */
export interface Field {
  name: string
  kind: 'number' | 'text' | 'lines' | 'flag' | 'choice' | 'json'
  /** Whether it must not be left out. */
  required: boolean
  /** What it means and what it may be, in words. */
  hint: string
  /** What stands in it at first. */
  initial: string
  min?: number | undefined
  max?: number | undefined
  step?: number | 'any'
  /** What a choice is from. */
  choices?: readonly Choice[]
}

export interface Choice {
  text: string
  value: unknown
}

/** What is understood of a JSON Schema; whatever else there is, the server judges. */
interface Schema {
  type?: unknown
  description?: string
  default?: unknown
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  properties?: Record<string, Schema>
  required?: string[]
}

/** The fields, in the schema's own order. */
export function fieldsOf(params: unknown): Field[] {
  const { properties = {}, required = [] } = (params ?? {}) as Schema
  return Object.entries(properties).map(([name, schema]) =>
    // A default stands in its field from the start: whoever empties it does not mean the default.
    fieldOf(name, schema, required.includes(name) || schema.default !== undefined),
  )
}

function fieldOf(name: string, schema: Schema, required: boolean): Field {
  const choices = choicesOf(schema, required)
  const kind = choices === undefined ? kindOf(schema) : 'choice'
  const initial = schema.default === undefined ? '' : textOf(kind, schema.default, choices)
  const field = { name, kind, required, hint: hintOf(schema, kind, required), initial }
  if (choices !== undefined) {
    // A choice that must be made is made from the start: the first one, as a browser would show it.
    const first = required && schema.default === undefined ? (choices[0]?.text ?? '') : initial
    return { ...field, choices, initial: first }
  }
  if (kind === 'flag') return { ...field, initial: initial || 'false' }
  if (kind !== 'number') return field
  return {
    ...field,
    min: schema.minimum ?? schema.exclusiveMinimum,
    max: schema.maximum ?? schema.exclusiveMaximum,
    step: schema.multipleOf ?? (typeOf(schema) === 'integer' ? 1 : 'any'),
  }
}

/** The one type that it names; undefined where there are several, or none. */
function typeOf({ type }: Schema): unknown {
  return Array.isArray(type) ? (type.length === 1 ? type[0] : undefined) : type
}

function kindOf(schema: Schema): Field['kind'] {
  const type = typeOf(schema)
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'string') return needsLines(schema) ? 'lines' : 'text'
  return type === 'boolean' ? 'flag' : 'json'
}

const needsLines = ({ default: value, maxLength = 0 }: Schema) =>
  maxLength > 500 || String(value).includes('\n')

/** The values to choose from, where there are only some. */
function choicesOf(schema: Schema, required: boolean): Choice[] | undefined {
  const values = valuesOf(schema, required)
  if (values === undefined) return undefined
  const plain = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  // "1" and 1 read the same: then both are written as JSON.
  const texts =
    new Set(plain).size === plain.length ? plain : values.map((value) => JSON.stringify(value))
  return values.map((value, i) => ({ text: texts[i]!, value }))
}

function valuesOf(schema: Schema, required: boolean): unknown[] | undefined {
  if (schema.enum !== undefined) return schema.enum
  if (schema.const !== undefined) return [schema.const]
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives?.every((each) => each.const !== undefined))
    return alternatives.map((each) => each.const)
  // A flag is either on or off: one that may be left out is a choice of three.
  const isOpen = typeOf(schema) === 'boolean' && !required
  return isOpen ? [true, false] : undefined
}

function textOf(kind: Field['kind'], value: unknown, choices: Choice[] | undefined): string {
  const json = JSON.stringify(value)
  if (choices) return choices.find((each) => JSON.stringify(each.value) === json)?.text ?? ''
  return kind !== 'json' && typeof value === 'string' ? value : json
}

function hintOf(schema: Schema, kind: Field['kind'], required: boolean): string {
  const optional = required ? undefined : 'may be left out'
  const json = kind === 'json' ? jsonHint(schema) : undefined
  return [schema.description, rangeOf(schema), json, optional].filter(Boolean).join('; ')
}

function jsonHint(schema: Schema): string {
  const type = typeOf(schema)
  if (type === 'array') return 'a list as JSON, such as [1, 2]'
  if (type === 'object') return 'an object as JSON, such as {"a": 1}'
  return 'as JSON: text in "quotes"'
}

function rangeOf(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, pattern } = schema
  return [
    span(minimum, maximum),
    exclusiveMinimum !== undefined && `more than ${grouped(exclusiveMinimum)}`,
    exclusiveMaximum !== undefined && `less than ${grouped(exclusiveMaximum)}`,
    multipleOf !== undefined && `in steps of ${grouped(multipleOf)}`,
    span(schema.minLength, schema.maxLength, ' characters'),
    span(schema.minItems, schema.maxItems, ' items'),
    pattern !== undefined && `matches ${pattern}`,
  ]
    .filter(Boolean)
    .join(', ')
}

function span(min: number | undefined, max: number | undefined, unit = ''): string {
  if (min !== undefined && max !== undefined) return `${grouped(min)} to ${grouped(max)}${unit}`
  if (min !== undefined) return `at least ${grouped(min)}${unit}`
  return max === undefined ? '' : `at most ${grouped(max)}${unit}`
}

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 20 })
const grouped = (value: number) => numbers.format(value)

export type Values =
  | { ok: true; params: Record<string, unknown> }
  | { ok: false; errors: FieldError[] }

/**
 * The parameters that the texts stand for. Only what cannot be sent is an error here; whether a value
 * is in its range, the server says.
 *
 * @param texts by the fields' names; one that is not there is as it was at first
 */
export function readValues(
  fields: readonly Field[],
  texts: Readonly<Record<string, string>>,
): Values {
  const params: Record<string, unknown> = {}
  const errors: FieldError[] = []
  for (const field of fields) {
    const text = texts[field.name] ?? field.initial
    const read = text === '' ? readNothing(field) : readText(field, text)
    if ('detail' in read) errors.push({ field: field.name, detail: read.detail })
    else if ('value' in read) params[field.name] = read.value
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, params }
}

type Read = { value: unknown } | { detail: string } | Record<never, never>

/** A text that must not be left out may be an empty one. */
function readNothing({ kind, required }: Field): Read {
  if (!required) return {}
  if (kind === 'text' || kind === 'lines') return { value: '' }
  return { detail: kind === 'number' ? 'must be a number' : 'is missing' }
}

function readText({ kind, choices }: Field, text: string): Read {
  if (kind === 'text' || kind === 'lines') return { value: text }
  if (kind === 'flag') return { value: text === 'true' }
  if (kind === 'choice') {
    const chosen = choices?.find((each) => each.text === text)
    return chosen ? { value: chosen.value } : { detail: 'is none of the choices' }
  }
  if (kind === 'number') {
    const value = Number(text)
    return Number.isFinite(value) ? { value } : { detail: 'must be a number' }
  }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { detail: `is not JSON: ${(error as Error).message}` }
  }
}

/** The server's errors by the names of the form's fields, and those that have none, as sentences. */
export function placeErrors(
  errors: readonly FieldError[],
  names: readonly string[],
): { at: Map<string, string>; elsewhere: string[] } {
  const at = new Map<string, string>()
  const elsewhere: string[] = []
  for (const { field, detail } of errors) {
    const bare = field.replace(/^params\./, '')
    const name = names.find((each) => bare === each || bare.startsWith(`${each}.`))
    if (name === undefined) elsewhere.push(`${bare} ${detail}`)
    else if (!at.has(name)) at.set(name, `${bare} ${detail}`)
  }
  return { at, elsewhere }
}
