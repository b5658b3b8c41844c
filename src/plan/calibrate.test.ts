import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { conditionsOf } from '../measure/scenario/conditions.ts'
import type { Scenario } from '../measure/scenario/schema.ts'
import type { Summary } from '../measure/summary/schema.ts'
import { UsageError } from '../usage-error.ts'
import { calibrate } from './calibrate.ts'
import { service, summaryOf } from './fit/service.fixture.ts'

/** Whatever is asked is answered with runs of so long; null: with none. The scenarios are kept. */
function measurement(aloneMs: number | null) {
  const asked: Scenario[] = []
  return {
    asked,
    measure: async (scenario: Scenario): Promise<Summary> => {
      asked.push(scenario)
      const { conditions, ...summary } = await summaryOf({ ...service, work: () => aloneMs ?? 1 }, [
        { ratePerS: 1 },
      ])
      const none = conditions.map((condition) => ({
        ...condition,
        parts: null,
        reasons: { 'status 500': 6 },
      }))
      return { ...summary, conditions: aloneMs === null ? none : conditions }
    },
  }
}

const options = { executors: ['queue', 'thread'] as const, cores: 2 }
const ratesOf = ({ rates }: Scenario) => rates.map((rate) => 'rate' in rate && rate.rate)

describe('a calibration', () => {
  it('looks at the task first, then measures it nearly alone and with every core busy', async () => {
    const { asked, measure } = measurement(100)
    await calibrate({ ...options, task: 'primes', params: { limit: 7 } }, measure)
    const [first, main, ...others] = asked
    assert.deepEqual(others, [])
    assert.deepEqual(first?.executors, ['thread'])
    assert.deepEqual(main?.executors, ['queue', 'thread'])
    // Alone 10 a second: 0.3 of one core, 0.75 and 1.3 of two.
    assert.deepEqual(ratesOf(main!), [3, 15, 26])
    assert.equal(main?.task, 'primes')
    assert.deepEqual(main?.params, { limit: 7 })
    assert.equal(main?.spacing, 'poisson')
    assert.equal(main?.bystander, false)
    // 40 calm ones at 3 a second.
    assert.equal(main?.durationMs, 13_333)
  })

  it('loads an event loop for its one core only', async () => {
    const { asked, measure } = measurement(100)
    await calibrate({ ...options, executors: ['thread', 'event-loop'] }, measure)
    const rates = conditionsOf(asked[1]!, { scalable: true }).map(({ executor, rate }) => [
      executor,
      'rate' in rate && rate.rate,
    ])
    assert.deepEqual(rates, [
      ['thread', 3],
      ['thread', 15],
      ['thread', 26],
      ['event-loop', 3],
      ['event-loop', 7.5],
      ['event-loop', 13],
    ])
  })

  it('can be done again, without a first look', async () => {
    const { asked, measure } = measurement(100)
    const { again } = await calibrate(options, measure)
    await again()
    assert.equal(asked.length, 3)
    assert.deepEqual(asked[2], asked[1])
  })

  it('takes no longer than 40 s a trial for a long task, and 8 s for a short one', async () => {
    for (const [aloneMs, durationMs] of [
      [10_000, 40_000],
      [1, 8000],
    ] as const) {
      const { asked, measure } = measurement(aloneMs)
      await calibrate(options, measure)
      assert.equal(asked[1]?.durationMs, durationMs)
    }
  })

  it('never asks for more than a generator beside it can send', async () => {
    const { asked, measure } = measurement(0.1)
    await calibrate(options, measure)
    assert.deepEqual(ratesOf(asked[1]!), [2000])
  })

  it('refuses a task that never completes, with what became of it', async () => {
    const { measure } = measurement(null)
    await assert.rejects(calibrate(options, measure), (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(error.message, /none told how long its task ran \(status 500: 6\)/)
      return true
    })
  })
})
