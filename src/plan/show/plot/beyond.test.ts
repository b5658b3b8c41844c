import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineInParts } from './beyond.ts'

const line = (...flags: boolean[]) =>
  lineInParts(
    'line',
    flags.map((isOutside, index) => ({ x: index, y: 10 * index, isOutside })),
  ).text

test('a line that was measured is one path', () => {
  assert.equal(line(false, false, false), '<path class="line" d="M0 0L1 10L2 20"/>')
})

test('it is lighter from the last point that was measured on', () => {
  assert.equal(
    line(false, false, true, true),
    '<path class="line" d="M0 0L1 10"/><g opacity="0.45"><path class="line" d="M1 10L2 20L3 30"/></g>',
  )
})

test('of which nothing was measured, all is lighter', () => {
  assert.equal(line(true, true), '<g opacity="0.45"><path class="line" d="M0 0L1 10"/></g>')
})

test('a point that was measured between others that were not has no line of its own', () => {
  assert.equal(
    line(false, true, false, false),
    '<path class="line" d="M2 20L3 30"/><g opacity="0.45"><path class="line" d="M0 0L1 10L2 20"/></g>',
  )
})

test('a single point has no line', () => {
  assert.equal(line(false), '')
})
