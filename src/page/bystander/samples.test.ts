import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  begin,
  end,
  keptMs,
  pending,
  type Sample,
  samples,
  statisticsOf,
  withSample,
} from './samples.ts'

const sample = (
  dueAt: number,
  latencyMs = 5,
  instance: string | undefined = 'server-1',
): Sample => ({
  dueAt,
  latencyMs,
  instance,
  failed: instance === undefined,
})

test('samples stand in the order in which they were due, however they were answered', () => {
  const list = [sample(400), sample(0, 900), sample(200, 600)].reduce(withSample, [] as Sample[])
  assert.deepEqual(
    list.map(({ dueAt }) => dueAt),
    [0, 200, 400],
  )
})

test('samples are kept for three minutes', () => {
  const list = withSample([sample(0), sample(100)], sample(keptMs + 50, 40))
  assert.deepEqual(
    list.map(({ dueAt }) => dueAt),
    [100, keptMs + 50],
  )
})

test('a request waits until it has ended', () => {
  begin(1000)
  begin(1200)
  assert.deepEqual(pending.value, [1000, 1200])
  end(sample(1000))
  assert.deepEqual(pending.value, [1200])
  assert.equal(samples.value.length, 1)
})

test('what waits counts with what it has waited', () => {
  assert.deepEqual(statisticsOf([], [], 0), {
    nowMs: undefined,
    medianMs: undefined,
    maxMs: undefined,
    failed: 0,
  })
  assert.deepEqual(statisticsOf([sample(0, 4), sample(200, 8), sample(400, 6)], [], 1000), {
    nowMs: 6,
    medianMs: 6,
    maxMs: 8,
    failed: 0,
  })
  assert.deepEqual(statisticsOf([sample(0, 4)], [200], 3200), {
    nowMs: 3000,
    medianMs: 4,
    maxMs: 3000,
    failed: 0,
  })
})

test('what no server has answered is counted, and is no latency', () => {
  const refused = { dueAt: 200, latencyMs: 1, instance: undefined, failed: true }
  assert.deepEqual(statisticsOf([sample(0, 40), refused], [], 1000), {
    nowMs: 40,
    medianMs: 40,
    maxMs: 40,
    failed: 1,
  })
})
