import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrap } from './wrap.ts'

test('words go on in the next line, indented, where a line is full', () => {
  assert.deepEqual(wrap('* one two three', 9, '  '), ['* one two', '  three'])
})

test('a word that is longer than a line has one for itself', () => {
  assert.deepEqual(wrap('a longer-than-that b', 6), ['a', 'longer-than-that', 'b'])
})

test('what fits stays one line', () => {
  assert.deepEqual(wrap('one two', 7, '  '), ['one two'])
})
