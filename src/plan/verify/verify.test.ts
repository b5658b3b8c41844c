import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '../../measure/scenario/schema.ts'
import type { Summary } from '../../measure/summary/schema.ts'
import { UsageError } from '../../usage-error.ts'
import { fitProfile } from '../fit/fit.ts'
import { type Service, service, summaryOf } from '../fit/service.fixture.ts'
import { type VerifyOptions, verify } from './verify.ts'

const durationMs = 20_000

/** What a calibration of it would have found. */
async function profileOf(of: Service, run: string) {
  const rates = [
    { ratePerS: 5, durationMs: 60_000 },
    { ratePerS: 25, durationMs: 60_000, seed: 2 },
    { ratePerS: 43, seed: 3 },
  ]
  return fitProfile([{ ...(await summaryOf(of, rates)), run }])
}

/** Of the service as it is, with what happened in order. */
async function verified(change: Partial<VerifyOptions> = {}) {
  const events: string[] = []
  let calibrations = 1
  let runs = 0
  const measure = async ({ name, rates, seed }: Scenario): Promise<Summary> => {
    events.push(name)
    const measured = rates.map((rate) => ({
      ratePerS: rate.shape === 'constant' ? rate.rate : 0,
      durationMs,
      seed,
    }))
    return { ...(await summaryOf(service, measured)), run: `checked-${++runs}` }
  }
  const verification = await verify({
    profile: await profileOf(service, 'fitted-1'),
    work: {},
    executors: ['thread'],
    durationMs,
    rounds: 2,
    limits: { lineLimit: 64, queueLimit: 10_000 },
    measure,
    tracesOf: async () => new Map(),
    fitAgain: async () => {
      events.push('fitted again')
      return profileOf({ ...service, work: () => 66 }, `fitted-${++calibrations}`)
    },
    onPredicted: (predictions, round) => events.push(`${predictions.length} of round ${round}`),
    ...change,
  })
  return { verification, events }
}

describe('a verification', () => {
  it('fits again before each round but the first, and predicts before it measures', async () => {
    const { verification, events } = await verified()
    assert.deepEqual(events, [
      '6 of round 1',
      'verification 1 of 2, thread, 1 of each',
      'verification 1 of 2, thread, 2 of each',
      'fitted again',
      '6 of round 2',
      'verification 2 of 2, thread, 1 of each',
      'verification 2 of 2, thread, 2 of each',
    ])
    assert.deepEqual(verification.fittedFrom, ['fitted-1', 'fitted-2'])
    assert.equal(verification.checkedBy.length, 4)
    for (const { rounds } of verification.settings) {
      // The second round's tasks were a tenth longer when they were fitted.
      const [first, second] = rounds.map(({ aloneMs }) => aloneMs.predicted)
      assert.ok(Math.abs(second! / first! - 1.1) < 0.02, `${first} and ${second}`)
    }
  })

  it('keeps its fit where it came from runs that were named', async () => {
    const { verification, events } = await verified({ fitAgain: undefined })
    assert.ok(!events.includes('fitted again'))
    assert.deepEqual(verification.fittedFrom, ['fitted-1'])
  })

  it('has nothing to say of what is not known', async () => {
    const none = { ...(await profileOf(service, 'fitted-1')), executors: [] }
    await assert.rejects(verified({ profile: none }), UsageError)
  })
})
