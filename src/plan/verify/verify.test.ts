import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '../../measure/scenario/schema.ts'
import type { Summary } from '../../measure/summary/schema.ts'
import { UsageError } from '../../usage-error.ts'
import { fitProfile } from '../fit/fit.ts'
import type { Profile } from '../fit/profile.ts'
import { type Service, service, summaryOf } from '../fit/service.fixture.ts'
import { heldOutOf } from './held-out.ts'
import { type TrialsOptions, trialsOf } from './trials.ts'
import { type VerifyOptions, verify } from './verify.ts'
import type { Traced } from './works.ts'

const durationMs = 20_000
const usual: TrialsOptions = {
  work: {},
  durationMs,
  rounds: 3,
  limits: { lineLimit: 64, queueLimit: 10_000 },
}

/** What a calibration of it would have found. */
async function profileOf(of: Service, run: string): Promise<Profile> {
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
    ...usual,
    executors: ['thread'],
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

/** Of the first setting's requests all, of the second's all but the last: each ran for 60 ms, alone. */
function tracesOf(profile: Profile): Map<string, Traced[]> {
  const [trials] = trialsOf(heldOutOf(profile, ['thread']), { ...usual, rounds: 1 })
  const [calm, cut] = trials![0]!.settings.map(({ schedule }) =>
    schedule.dueMs.map((due, index) => ({ due, ended: 1000 * index, runMs: 60 })),
  )
  return new Map([
    ['condition-0', calm!],
    ['condition-1', cut!.slice(0, -1)],
  ])
}

describe('a verification', () => {
  it('fits again before each round but the first, and predicts before it measures', async () => {
    const { verification, events } = await verified()
    assert.deepEqual(events, [
      '6 of round 1',
      'verification 1 of 3, thread, 1 of each',
      'verification 1 of 3, thread, 2 of each',
      'fitted again',
      '6 of round 2',
      'verification 2 of 3, thread, 1 of each',
      'verification 2 of 3, thread, 2 of each',
      'fitted again',
      '6 of round 3',
      'verification 3 of 3, thread, 1 of each',
      'verification 3 of 3, thread, 2 of each',
    ])
    assert.deepEqual(verification.fittedFrom, ['fitted-1', 'fitted-2', 'fitted-3'])
    assert.equal(verification.checkedBy.length, 6)
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
    for (const { rounds } of verification.settings)
      assert.equal(new Set(rounds.map(({ aloneMs }) => aloneMs.predicted)).size, 1)
  })

  it('replays trials of which every request is known, and no other', async () => {
    const profile = await profileOf(service, 'fitted-1')
    const traces = tracesOf(profile)
    const { verification } = await verified({ profile, rounds: 1, tracesOf: async () => traces })
    const [calm, cut, unseen] = verification.settings.map(({ rounds }) => rounds[0]!)
    // All of them alone, for exactly 60 ms.
    assert.equal(calm!.aloneMs.measured, 60)
    const { p50, p95 } = calm!.replayed!
    assert.ok(p50 > 60 && p50 < 75 && p95 > p50 && p95 < 300, `${p50} and ${p95}`)
    assert.deepEqual([cut!.replayed, unseen!.replayed], [null, null])
    assert.equal(cut!.aloneMs.measured, 60)
  })

  it('refuses an executor of which nothing is known', async () => {
    const none = { ...(await profileOf(service, 'fitted-1')), executors: [] }
    await assert.rejects(
      verified({ profile: none }),
      (error) => error instanceof UsageError && /nothing is known of thread/.test(error.message),
    )
  })
})
