import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deaths } from './deaths.ts'

const failures = { meanBetweenMs: 1000, downMs: 50, handBackMs: 0 }

const steps = (deaths: Deaths, count: number) =>
  Array.from({ length: count }, () => ({ atMs: deaths.nextMs, ...deaths.step() }))

test('each instance dies and comes back in turn, away for as long as it is said, alive for the mean', () => {
  const seen = steps(new Deaths(failures, 3, 1), 60_000)
  for (const number of [0, 1, 2]) {
    const own = seen.filter(({ instance }) => instance === number)
    assert.ok(own.every(({ dies }, index) => dies === (index % 2 === 0)))
    const lives = own.map(({ atMs }, index) => atMs - (own[index - 1]?.atMs ?? 0))
    const away = lives.filter((_, index) => index % 2 === 1)
    assert.ok(away.every((ms) => Math.abs(ms - 50) < 1e-6))
    const alive = lives.filter((_, index) => index % 2 === 0)
    const mean = alive.reduce((sum, ms) => sum + ms, 0) / alive.length
    assert.ok(Math.abs(mean / 1000 - 1) < 0.04, `${mean}`)
  }
})

test('an instance more changes nothing for the others', () => {
  const of = (instances: number) =>
    steps(new Deaths(failures, instances, 7), 200).filter(({ instance }) => instance === 0)
  const [few, more] = [of(1), of(4)]
  assert.ok(more.length > 10)
  assert.deepEqual(few.slice(0, more.length), more)
})

test('where nothing fails, nothing ever happens', () => {
  assert.equal(new Deaths(null, 3, 1).nextMs, Number.POSITIVE_INFINITY)
})
