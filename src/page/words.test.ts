import assert from 'node:assert/strict'
import { test } from 'node:test'
import { count, duration, megabytes, milliseconds, percent } from './words.ts'

test('numbers are written with their unit, in a width that hardly changes', () => {
  assert.equal(milliseconds(2953.7), '2,954 ms')
  assert.equal(duration(999.4), '999 ms')
  assert.equal(duration(2940), '2.9 s')
  assert.equal(duration(123_456), '123 s')
  assert.equal(count(99_999), '99,999')
  assert.equal(count(123_999), '123 k')
  assert.equal(count(12_390_000), '12.3 M')
  assert.equal(megabytes(61_400_000), '61 MB')
  assert.equal(percent(0.999), '99 %')
})
