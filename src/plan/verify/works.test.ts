import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Traced, worksOf } from './works.ts'

/** Two at once are each at 0.8 of the speed. */
const speedAmong = (running: number) => (running === 1 ? 1 : 1.6 / running)
/** Each is alone, 100 ms of every 200. */
const alone = (count: number): Traced[] =>
  Array.from({ length: count }, (_, n) => ({ due: n * 200, ended: n * 200 + 101, runMs: 100 }))
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`)

describe('the work of a request', () => {
  it('is the time of its run where that was alone', () => {
    for (const work of worksOf(alone(30), speedAmong)!) near(work, 100)
  })

  it('is less where others ran beside it, for as long as they did', () => {
    const together = [
      { due: 10_000, ended: 10_100, runMs: 100 },
      { due: 10_001, ended: 10_150, runMs: 100 },
    ]
    const works = worksOf([...together, ...alone(30)], speedAmong)!
    near(works[30]!, 50 + 50 * 0.8)
    near(works[31]!, 50 * 0.8 + 50)
  })

  it('comes in the order in which they were due, whichever ended first', () => {
    const long = { due: 10_000, ended: 12_000, runMs: 2000 }
    const short = { due: 10_001, ended: 10_500, runMs: 400 }
    const works = worksOf([...alone(30), short, long], speedAmong)!
    assert.ok(works[30]! > works[31]!)
  })

  it('is the mean where it did not run to its end', () => {
    const works = worksOf([...alone(30), { due: 5, ended: 5 }], speedAmong)!
    near(works[1]!, 100)
  })

  it('is not told where few ran', () => {
    assert.equal(worksOf(alone(29), speedAmong), null)
  })
})
