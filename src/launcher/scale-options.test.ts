import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../usage-error.ts'
import { count, parseScale } from './scale-options.ts'

test('a scale adds up over several options, the last word on a role counts', () => {
  let scale = parseScale('server=3')
  scale = parseScale('worker=0', scale)
  scale = parseScale('server=5', scale)
  assert.deepEqual(scale, { server: 5, worker: 0 })
})

for (const [text, right] of [
  ['server=0', /number of servers is a whole number from 1 to 64/],
  ['server=abc', /whole number/],
  ['server=', /whole number/],
  ['server=1.5', /whole number/],
  ['server=-1', /whole number/],
  ['server=1e1', /whole number/],
  ['server=65', /from 1 to 64/],
  ['worker=999', /number of workers is a whole number from 0 to 64/],
  ['foo=1', /neither server=N nor worker=N/],
  ['server', /neither/],
  ['', /neither/],
  ['__proto__=1', /neither/],
] as const)
  test(`the scale "${text}" is refused with what would be right`, () => {
    assert.throws(
      () => parseScale(text),
      (error) => error instanceof UsageError && right.test(error.message),
    )
  })

test('one is not many', () => {
  assert.deepEqual([count(1, 'server'), count(3, 'worker')], ['1 server', '3 workers'])
})
