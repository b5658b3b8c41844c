import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from './duration.ts'

for (const [text, ms] of [
  ['500ms', 500],
  ['20s', 20_000],
  ['1.5s', 1500],
  ['2.3s', 2300],
  ['2m', 120_000],
  ['0s', 0],
  ['20', undefined],
  ['20 s', undefined],
  ['-1s', undefined],
  ['1h', undefined],
  ['.5s', undefined],
  ['1e3ms', undefined],
  ['', undefined],
] as const)
  test(`the duration "${text}" is ${ms} ms`, () => {
    assert.equal(parseDuration(text), ms)
  })
