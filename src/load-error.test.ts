import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstLine } from './load-error.ts'

function withStack(error: Error, stack: string): Error {
  error.stack = stack
  return error
}

const errors: [error: unknown, line: string][] = [
  [new Error('no data'), 'no data'],
  [new Error('\n no data\nat all'), 'no data'],
  [new TypeError(''), 'TypeError'],
  ['no\ndata', 'no'],
  [undefined, 'undefined'],
  [
    withStack(new SyntaxError('Unexpected token'), 'file:///a/b/mine.ts:3\n  x'),
    'Unexpected token (mine.ts:3)',
  ],
  [
    withStack(new SyntaxError('Unexpected token'), '/a/b/mine.ts:3\n  x'),
    'Unexpected token (mine.ts:3)',
  ],
]
for (const [error, line] of errors)
  test(`what a file has thrown is said in one line: ${line}`, () => {
    assert.equal(firstLine(error), line)
  })
