import { Ajv } from 'ajv'

/** Names that a request uses itself, and names that are not safe as keys of an object. */
const taken = new Set(['task', 'executor', 'timeoutMs', 'priority'])
const unsafe = new Set(['__proto__', 'constructor', 'prototype'])

// Unknown keywords and formats are the author's business: a JSON Schema may carry notes.
const ajv = new Ajv({ strict: false, validateFormats: false, addUsedSchema: false })

/** What is wrong with the schema of a task's parameters, and what would be right, in one line. */
export function paramsMistake(schema: object): string | undefined {
  const { type, properties, additionalProperties, patternProperties } = schema as Schema
  if (type !== 'object' || !isObject(properties))
    return 'params: must be the schema of an object, such as Type.Object({ … })'
  if ((additionalProperties ?? false) !== false || patternProperties !== undefined)
    return 'params: must name every field (additionalProperties false or left out, no patternProperties)'
  for (const name of Object.getOwnPropertyNames(properties)) {
    if (taken.has(name))
      return `params.${name}: this name is a field of every request; take another`
    if (unsafe.has(name)) return `params.${name}: this name is not safe in an object; take another`
  }
  const invalid = compileMistake(schema)
  if (invalid !== undefined) return `params: is not a valid JSON Schema: ${invalid}`
  for (const [name, property] of Object.entries(properties)) {
    if (!isObject(property) || property.default === undefined) continue
    if (!ajv.validate(property, property.default))
      return `params.${name}: its default, ${JSON.stringify(property.default)}, ${ajv.errors?.[0]?.message}`
  }
  return undefined
}

interface Schema {
  type?: unknown
  properties?: unknown
  additionalProperties?: unknown
  patternProperties?: unknown
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function compileMistake(schema: object): string | undefined {
  try {
    ajv.compile(schema)
    return undefined
  } catch (error) {
    return (error as Error).message.split('\n', 1)[0]
  }
}
