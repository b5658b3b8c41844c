import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Latencies } from '../summary/latencies.ts'
import { type Now, nowLine, trialLine } from './lines.ts'

function latencies(...all: number[]): Latencies {
  const found = new Latencies()
  for (const ms of all) found.add(ms)
  return found
}

const base: Now = {
  name: 'strategies',
  trials: 6,
  number: 0,
  label: '',
  note: '',
  failed: 0,
  task: latencies(),
  bystander: latencies(),
}
const running: Now = {
  ...base,
  number: 4,
  label: 'queue, 1 server',
  task: latencies(...Array<number>(10).fill(612)),
  bystander: latencies(...Array<number>(99).fill(2.1), 41.2),
  leftMs: 65_400,
}

test('the line says what runs now, percentiles so far, and the time left', () => {
  assert.equal(
    nowLine(running, 200),
    'strategies ██████████░░░░░░░░░░ 1:05 left · 4/6 queue, 1 server · p50 612 ms p90 612 ms · bystander p99 2.1 ms',
  )
})

test('outside of trials it says what is being done', () => {
  assert.equal(
    nowLine({ ...base, note: 'starts a stack of its own', leftMs: 132_000 }, 200),
    'strategies ░░░░░░░░░░░░░░░░░░░░ 2:12 left · starts a stack of its own',
  )
})

test('a line is never longer than the terminal is wide', () => {
  for (let width = 1; width < 120; width++) assert.ok(nowLine(running, width).length <= width)
  assert.match(nowLine(running, 40), /^strategies .*…$/)
})

test('a trial that is over is told in one line, with what went wrong', () => {
  assert.equal(
    trialLine({ ...running, failed: 2 }),
    '4/6 queue, 1 server · 10 completed · p50 612 ms p90 612 ms · bystander p99 2.1 ms · 2 failed or refused',
  )
})

test('of a small sample no more is said than it can tell', () => {
  const few = { ...running, task: latencies(1234.5), bystander: latencies(3) }
  assert.equal(trialLine(few), '4/6 queue, 1 server · 1 completed · bystander max 3 ms')
})
