import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConditionSummary } from '../../measure/summary/schema.ts'
import { UsageError } from '../../usage-error.ts'
import { fitProfile } from './fit.ts'
import { conditionOf, groupOf, summaryOf, truth } from './summary.fixture.ts'

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual / expected - 1) <= within, `${actual} is not ${expected}`)

/** Nearly alone, and always two. */
const calm = conditionOf(truth, [
  groupOf(truth, { running: 1.1, count: 80 }),
  groupOf(truth, { running: 1.8, count: 20 }),
])
const busy = conditionOf(truth, [groupOf(truth, { running: 1.98, count: 400 })], {
  isSaturated: true,
})

describe('a profile', () => {
  it('has the time of a task alone, though none was ever quite alone', () => {
    const { alone, scaling } = fitProfile([summaryOf([calm, busy])])
    near(alone.meanMs, truth.aloneMs, 0.01)
    near(
      alone.valuesMs.reduce((sum, ms) => sum + ms, 0) / alone.valuesMs.length,
      truth.aloneMs,
      0.01,
    )
    // Of an even spread over 2a: a² / 3.
    near(alone.scv, truth.spread ** 2 / 3, 0.15)
    assert.equal(alone.count, 500)
    assert.ok(alone.meanInterval.low < truth.aloneMs && truth.aloneMs < alone.meanInterval.high)
    assert.equal(scaling.measuredTo, 2)
  })

  it('says how fast two at once are, and how that grows by the law of scalability', () => {
    const { scaling } = fitProfile([summaryOf([calm, busy])])
    const two = scaling.points.at(-1)!
    near(two.speed, 1 / (1 + truth.perOther * 0.98), 0.01)
    // X(2) = 2 / (1 + sigma): each is 1 / (1 + sigma) as fast.
    near(1 + scaling.usl.sigma, 1 + truth.perOther, 0.01)
    assert.equal(scaling.usl.free, 'sigma')
    assert.equal(scaling.usl.kappa, 0)
  })

  it('takes overheads from where nothing waited, with the time until an idle thread begins', () => {
    const { executors } = fitProfile([summaryOf([busy, calm])])
    const [thread] = executors
    assert.equal(thread?.executor, 'thread')
    const overhead = thread.overheadMs[0]! + (thread.gapMs ?? 0)
    near(overhead, truth.overheadMs + truth.pickUpMs, 0.01)
  })

  it('sees from how seldom all threads run that they stand idle between tasks', () => {
    const [thread] = fitProfile([summaryOf([calm, busy])]).executors
    // 1 + r / (r + gap) at once, of runs of 60 × 1.049 ms.
    near(thread!.gapMs!, (62.9 * (1 - 0.98)) / 0.98, 0.05)
    assert.equal(thread!.capacityPerS, 30)
    assert.equal(thread!.capacityPerCorePerS, 15)
    const unknown = fitProfile([summaryOf([calm])])
    assert.equal(unknown.executors[0]?.gapMs, null)
    assert.match(unknown.assumed.join(), /a thread was not measured with more work than it can do/)
  })

  it('knows how much slower another executor runs the same', () => {
    const slower = { ...truth, aloneMs: 66 }
    const queue = conditionOf(slower, [groupOf(slower, { running: 1.1, count: 80 })], {
      executor: 'queue',
    })
    const { executors, alone } = fitProfile([summaryOf([calm, busy, queue])])
    near(executors.find(({ executor }) => executor === 'queue')!.slowdown, 1.1, 0.01)
    near(alone.meanMs, 60, 0.01)
  })

  it('borrows for an executor that was not measured, and says so', () => {
    const { executors, assumed } = fitProfile([summaryOf([calm, busy])])
    const loop = executors.find(({ executor }) => executor === 'event-loop')
    assert.equal(loop?.measured, false)
    assert.equal(loop?.capacityPerS, null)
    assert.match(
      assumed.join(),
      /the event loop was not measured: it is taken to be as fast as a thread/,
    )
  })

  it('counts what instances use beside their tasks', () => {
    const cpu = {
      source: 'metrics' as const,
      processS: 7,
      taskS: 6,
      wastedS: 0.5,
      tasks: 100,
      perTaskS: 0.06,
    }
    const [thread] = fitProfile([summaryOf([{ ...calm, cpu }])]).executors
    assert.equal(thread?.overheadCpuMs, 5)
  })

  it('says that it does not know the machine of a service elsewhere', () => {
    const { target } = summaryOf([])
    const assumed = (url: string) =>
      fitProfile([summaryOf([calm], { target: { ...target, url } })]).assumed.join()
    assert.match(assumed('http://service.example:8080'), /on another machine, whose cores are not/)
    for (const here of ['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:80'])
      assert.doesNotMatch(assumed(here), /another machine/)
  })

  it('takes several runs of the same work together', () => {
    const profile = fitProfile([
      summaryOf([calm], { run: 'one' }),
      summaryOf([busy], { run: 'two' }),
    ])
    assert.deepEqual(profile.runs, ['one', 'two'])
    assert.equal(profile.alone.count, 500)
  })
})

describe('what cannot be fitted is refused', () => {
  const refuses = (summaries: Parameters<typeof fitProfile>[0], message: RegExp) =>
    assert.throws(
      () => fitProfile(summaries),
      (error) => {
        assert.ok(error instanceof UsageError)
        assert.match(error.message, message)
        return true
      },
    )
  const without = ({ parts: _, ...condition }: ConditionSummary): ConditionSummary => condition

  it('a summary that is older than its parts, with the command that helps', () =>
    refuses(
      [summaryOf([without(calm)], { run: 'old' })],
      /run old is of an older version; unblock report old/,
    ))

  it('a run that is void, with the reason', () =>
    refuses(
      [summaryOf([{ ...calm, void: 'requests were sent late' }])],
      /is void: requests were sent late/,
    ))

  it('a service that does not tell how long its tasks ran', () =>
    refuses([summaryOf([{ ...calm, parts: null }])], /does not say how long tasks ran/))

  it('runs of different parameters, or machines', () => {
    const { settings, machine } = summaryOf([])
    const other = summaryOf([busy], { settings: { ...settings, params: { limit: 7 } }, run: 'b' })
    refuses(
      [summaryOf([calm], { run: 'a' }), other],
      /runs a and b are of different work: primes {}, and primes {"limit":7}/,
    )
    const elsewhere = summaryOf([busy], { machine: { ...machine, cpus: '8 × another' }, run: 'b' })
    refuses([summaryOf([calm], { run: 'a' }), elsewhere], /come from different machines/)
  })

  it('a run that compares several versions', () => {
    const version = { name: 'a', url: '', own: true, task: 'primes' }
    refuses(
      [summaryOf([calm], { versions: [version, { ...version, name: 'b' }] })],
      /compares 2 versions/,
    )
  })
})
