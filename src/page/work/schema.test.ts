import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { loadCatalogue } from '../../tasks/catalogue.ts'
import { fieldsOf, placeErrors, readValues } from './schema.ts'

/** The one field of a schema with one property, required or not. */
function one(schema: object, required = true) {
  const [field] = fieldsOf({ properties: { it: schema }, required: required ? ['it'] : [] })
  return field!
}

const read = (schema: object, text: string, required = true) => {
  const values = readValues([one(schema, required)], { it: text })
  return values.ok ? values.params : values.errors[0]?.detail
}

test('a number has its bounds, its step and its range in words', () => {
  const schema = Type.Integer({
    minimum: 2,
    maximum: 40_000_000,
    default: 10,
    description: 'below',
  })
  assert.deepEqual(one(schema), {
    name: 'it',
    kind: 'number',
    required: true,
    hint: 'below; 2 to 40,000,000',
    initial: '10',
    min: 2,
    max: 40_000_000,
    step: 1,
  })
  assert.equal(one(Type.Number()).step, 'any')
  assert.equal(one({ type: 'number', multipleOf: 0.25 }).step, 0.25)
  assert.equal(one(Type.Number({ minimum: 0.1 })).hint, 'at least 0.1')
  assert.equal(one(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })).min, 0)
  assert.match(one(Type.Number({ exclusiveMinimum: 0 })).hint, /^more than 0$/)
})

test('numbers are read as numbers, and what is none is said', () => {
  assert.deepEqual(read(Type.Number(), '-0.65'), { it: -0.65 })
  assert.deepEqual(read(Type.Integer(), '1e3'), { it: 1000 })
  assert.equal(read(Type.Integer(), 'many'), 'must be a number')
  assert.equal(read(Type.Number(), '1e999'), 'must be a number')
  assert.equal(read(Type.Number(), ''), 'must be a number')
})

test('a value out of its range is sent: the server is the one to say so', () => {
  assert.deepEqual(read(Type.Integer({ minimum: 2 }), '1.5'), { it: 1.5 })
})

test('a field that may be left out is left out when it is empty', () => {
  for (const schema of [Type.Number(), Type.String(), Type.Array(Type.Number()), Type.Boolean()])
    assert.deepEqual(read(schema, '', false), {})
  assert.match(one(Type.Number(), false).hint, /may be left out/)
})

test('one that has a default is not the default when it is emptied', () => {
  assert.equal(read(Type.Integer({ default: 7 }), '', false), 'must be a number')
  assert.deepEqual(read(Type.String({ default: 'a' }), '', false), { it: '' })
  assert.equal(read(Type.Array(Type.Null(), { default: [] }), '', false), 'is missing')
})

test('a text that is required may be an empty one', () => {
  assert.deepEqual(read(Type.String(), ''), { it: '' })
  assert.deepEqual(read(Type.String(), ' 5 '), { it: ' 5 ' })
})

test('a long text has lines', () => {
  assert.equal(one(Type.String({ maxLength: 100 })).kind, 'text')
  assert.equal(one(Type.String({ maxLength: 1000 })).kind, 'lines')
  assert.equal(one(Type.String({ default: 'a\nb' })).kind, 'lines')
  const hint = one(Type.String({ minLength: 1, maxLength: 9, pattern: '^a' })).hint
  assert.equal(hint, '1 to 9 characters, matches ^a')
})

test('true or false is a flag; a choice of three where it may be left out', () => {
  assert.equal(one(Type.Boolean()).kind, 'flag')
  assert.deepEqual(read(Type.Boolean(), 'true'), { it: true })
  assert.equal(one(Type.Boolean({ default: true })).initial, 'true')
  assert.equal(one(Type.Boolean(), false).kind, 'choice')
  assert.deepEqual(read(Type.Boolean(), 'false', false), { it: false })
})

test('a few values are a choice, of whatever type they are', () => {
  for (const schema of [
    Type.Union([Type.Literal('fast'), Type.Literal(3), Type.Literal(true)]),
    { enum: ['fast', 3, true] },
    { oneOf: [{ const: 'fast' }, { const: 3 }, { const: true }] },
  ]) {
    assert.equal(one(schema).kind, 'choice')
    assert.equal(one(schema).initial, 'fast')
    assert.deepEqual(read(schema, '3'), { it: 3 })
    assert.deepEqual(read(schema, 'true'), { it: true })
    assert.equal(read(schema, 'slow'), 'is none of the choices')
  }
  assert.equal(one({ enum: ['a', 'b'], default: 'b' }).initial, 'b')
  assert.equal(one({ enum: ['a', 'b'] }, false).initial, '')
})

test('choices that read the same are told apart', () => {
  const schema = { enum: ['1', 1] }
  assert.deepEqual(
    one(schema).choices?.map(({ text }) => text),
    ['"1"', '1'],
  )
  assert.deepEqual(read(schema, '"1"'), { it: '1' })
})

test('anything else is JSON', () => {
  for (const schema of [
    Type.Array(Type.Number()),
    Type.Object({ a: Type.Number() }),
    Type.Union([Type.Number(), Type.Null()]),
    { type: ['integer', 'string'] },
    {},
  ])
    assert.equal(one(schema).kind, 'json')
  assert.equal(one(Type.Array(Type.Number(), { default: [1, 2] })).initial, '[1,2]')
  assert.deepEqual(read(Type.Array(Type.Number()), '[1, 2]'), { it: [1, 2] })
  assert.match(String(read(Type.Object({}), '{')), /^is not JSON: /)
  assert.equal(read(Type.Object({}), ''), 'is missing')
})

test('every mistake is named at once, and one that is not touched has its first value', () => {
  const fields = fieldsOf(
    Type.Object({ a: Type.Number(), b: Type.Object({}), c: Type.Integer({ default: 7 }) }),
  )
  const values = readValues(fields, { a: 'x', b: '[' })
  assert.deepEqual(!values.ok && values.errors.map(({ field }) => field), ['a', 'b'])
  assert.deepEqual(readValues(fields, { a: '1', b: '{}' }), {
    ok: true,
    params: { a: 1, b: {}, c: 7 },
  })
})

test('a task without parameters has no fields', () => {
  assert.deepEqual(fieldsOf(Type.Object({})), [])
  assert.deepEqual(fieldsOf(undefined), [])
  assert.deepEqual(readValues([], {}), { ok: true, params: {} })
})

test('the form of each built-in task is right from the start', async () => {
  const catalogue = await loadCatalogue()
  for (const { params } of catalogue.list()) {
    const fields = fieldsOf(params)
    assert.equal(fields.length, Object.keys(params.properties).length)
    assert.ok(fields.every(({ kind, hint }) => kind !== 'json' && hint !== ''))
    assert.ok(readValues(fields, {}).ok)
  }
})

test("the server's errors are placed at their fields", () => {
  const placed = placeErrors(
    [
      { field: 'params.limit', detail: 'must be an integer' },
      { field: 'params.list.0', detail: 'must be a number' },
      { field: 'params.list.1', detail: 'must be a number' },
      { field: 'executor', detail: 'must be "thread"' },
      { field: 'params.other', detail: 'is not known here' },
    ],
    ['limit', 'list', 'executor'],
  )
  assert.deepEqual(Object.fromEntries(placed.at), {
    limit: 'limit must be an integer',
    list: 'list.0 must be a number',
    executor: 'executor must be "thread"',
  })
  assert.deepEqual(placed.elsewhere, ['other is not known here'])
})
