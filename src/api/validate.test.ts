import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { checker, describeSchema, type Source } from './validate.ts'

const Sample = Type.Object({
  limit: Type.Integer({ minimum: 2, maximum: 100, default: 10 }),
  share: Type.Optional(Type.Number()),
  loud: Type.Optional(Type.Boolean()),
  name: Type.Optional(Type.String({ minLength: 2, maxLength: 4 })),
  code: Type.Optional(Type.String({ pattern: '^[a-z]+$' })),
  colour: Type.Optional(Type.Enum(['red', 'green'])),
  one: Type.Optional(Type.Literal(1)),
  size: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  list: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 2 })),
  deep: Type.Optional(Type.Object({ 'a/b~c': Type.String() }, { additionalProperties: false })),
})

const check = (input: unknown, source: Source = 'body', prefix = '') => {
  const checked = checker(Sample, source, { prefix })(input)
  return checked.ok ? checked.value : checked.errors.map((e) => `${e.field} ${e.detail}`)
}

const mistakes: [input: unknown, errors: string[]][] = [
  [{ limit: '10' }, ['limit must be an integer from 2 to 100']],
  [{ limit: 1 }, ['limit must be an integer from 2 to 100']],
  [{ limit: 101 }, ['limit must be an integer from 2 to 100']],
  [{ limit: 2.5 }, ['limit must be an integer from 2 to 100']],
  [{ limit: null }, ['limit must be an integer from 2 to 100']],
  [{ share: 'half' }, ['share must be a number']],
  [{ loud: 'yes' }, ['loud must be true or false']],
  [{ name: 'a' }, ['name must be a string of 2 to 4 characters']],
  [{ name: 'abcde' }, ['name must be a string of 2 to 4 characters']],
  [{ code: 'A1' }, ['code must be a string that matches ^[a-z]+$']],
  [{ colour: 'blue' }, ['colour must be one of "red", "green"']],
  [{ one: 2 }, ['one must be 1']],
  [{ size: 'big' }, ['size must be an integer or null']],
  [{ list: 1 }, ['list must be a list of at most 2 items']],
  [{ list: [1, 2, 3] }, ['list must be a list of at most 2 items']],
  [{ list: [1, -1] }, ['list.1 must be an integer of at least 0']],
  [{ deep: {} }, ['deep.a/b~c is missing: a string']],
  [{ deep: { 'a/b~c': 1 } }, ['deep.a/b~c must be a string']],
  [{ deep: { 'a/b~c': '', d: 1 } }, ['deep.d is not known here; known: a/b~c']],
  [[], ['body must be an object']],
  ['text', ['body must be an object']],
  [null, ['body must be an object']],
]
for (const [input, errors] of mistakes) {
  test(`${JSON.stringify(input)} is wrong: ${errors}`, () => {
    assert.deepEqual(check(input), errors)
  })
}

test('a field that stands in a URL twice is told so, unless it is a list', () => {
  const twice = ['10', '20']
  assert.deepEqual(check({ limit: twice, colour: twice, speed: twice, share: 'x' }, 'query'), [
    'speed is not known here; known: limit, share, loud, name, code, colour, one, size, list, deep',
    'limit is given more than once',
    'share must be a number',
    'colour is given more than once',
  ])
  assert.deepEqual(check({ list: twice }, 'query'), { limit: 10, list: [10, 20] })
  assert.deepEqual(check({ limit: twice }), ['limit must be an integer from 2 to 100'])
})

test('fields that the caller takes out before are known too', () => {
  const checked = checker(Type.Object({ limit: Type.Integer() }), 'query', { besides: ['task'] })
  const { errors } = checked({ limit: 1, executor: 'thread' }) as { errors: unknown }
  assert.deepEqual(errors, [{ field: 'executor', detail: 'is not known here; known: limit, task' }])
})

test('an unknown field is refused, and the known ones are told', () => {
  const known = Object.keys(Sample.properties).join(', ')
  assert.deepEqual(check({ speed: 1 }), [`speed is not known here; known: ${known}`])
  const proto = JSON.parse('{"__proto__": 1, "constructor": 2}')
  assert.deepEqual(check(proto), [
    `__proto__ is not known here; known: ${known}`,
    `constructor is not known here; known: ${known}`,
  ])
})

test('all mistakes are told at once, one a field', () => {
  const closed = checker(Type.Object({ a: Type.String(), b: Type.Integer({ minimum: 5 }) }), 'body')
  assert.deepEqual(closed({ b: 1.5, c: 1 }), {
    ok: false,
    errors: [
      { field: 'a', detail: 'is missing: a string' },
      { field: 'c', detail: 'is not known here; known: a, b' },
      { field: 'b', detail: 'must be an integer of at least 5' },
    ],
  })
})

test('where the fields stand somewhere else, that is said', () => {
  assert.deepEqual(check({ limit: 1 }, 'body', 'params.'), [
    'params.limit must be an integer from 2 to 100',
  ])
})

test('what is left out has its default', () => {
  assert.deepEqual(check({}), { limit: 10 })
})

test('text of a URL is converted to what the schema asks for', () => {
  const query = { limit: '12', share: '-0.5', loud: 'true', name: '12', one: '1' }
  const value = { limit: 12, share: -0.5, loud: true, name: '12', one: 1 }
  assert.deepEqual(check(query, 'query'), value)
})

for (const text of ['', ' ', 'ten', '2.5', '101', '1e99', 'NaN', 'Infinity']) {
  test(`in a URL, limit=${text} is wrong too`, () => {
    assert.deepEqual(check({ limit: text }, 'query'), ['limit must be an integer from 2 to 100'])
  })
}

test('what a schema asks for in rarer words is told in those of the validator', () => {
  const rare = Type.Object({
    above: Type.Number({ exclusiveMinimum: 0 }),
    step: Type.Integer({ multipleOf: 5 }),
    set: Type.Array(Type.Integer(), { uniqueItems: true }),
  })
  const checked = checker(rare, 'body')({ above: 0, step: 7, set: [1, 1] })
  assert.ok(!checked.ok)
  assert.deepEqual(checked.errors, [
    { field: 'above', detail: 'must be > 0' },
    { field: 'step', detail: 'must be multiple of 5' },
    { field: 'set', detail: 'must NOT have duplicate items (items ## 1 and 0 are identical)' },
  ])
})

test('values of a body are what they are: nothing is converted', () => {
  assert.deepEqual(check({ limit: 12, name: 12, loud: 'true', share: '0.5' }), [
    'share must be a number',
    'loud must be true or false',
    'name must be a string of 2 to 4 characters',
  ])
})

test('one schema can be checked in several places, with its id', () => {
  const named = Type.Object({ a: Type.Integer() }, { $id: 'Named' })
  for (const prefix of ['', 'params.']) assert.ok(checker(named, 'body', { prefix })({ a: 1 }).ok)
})

test('a schema that says so is open', () => {
  const open = checker(Type.Object({}, { additionalProperties: true }), 'body')
  assert.deepEqual(open({ anything: 1 }), { ok: true, value: { anything: 1 } })
})

const descriptions: [schema: object, words: string][] = [
  [Type.Integer(), 'an integer'],
  [Type.Integer({ minimum: 1 }), 'an integer of at least 1'],
  [Type.Integer({ maximum: 9 }), 'an integer of at most 9'],
  [Type.Number({ minimum: 0.5, maximum: 1 }), 'a number from 0.5 to 1'],
  [Type.String({ maxLength: 8 }), 'a string of at most 8 characters'],
  [Type.String({ minLength: 8 }), 'a string of at least 8 characters'],
  [Type.Array(Type.Null(), { minItems: 1, maxItems: 3 }), 'a list of 1 to 3 items'],
  [Type.Null(), 'null'],
  [{ type: ['integer', 'null'], minimum: 1 }, 'an integer of at least 1 or null'],
  [Type.Unknown(), 'a valid value'],
  [Type.Union([Type.Literal('a'), Type.Literal(2)]), '"a" or 2'],
]
for (const [schema, words] of descriptions) {
  test(`${JSON.stringify(schema)} is ${words}`, () => assert.equal(describeSchema(schema), words))
}
