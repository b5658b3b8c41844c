import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConditionSummary, Summary } from '../../measure/summary/schema.ts'
import { UsageError } from '../../usage-error.ts'
import { fitProfile } from './fit.ts'
import { type Service, service, summaryOf } from './service.fixture.ts'

const near = (actual: number, expected: number, within: number, what = '') =>
  assert.ok(Math.abs(actual / expected - 1) <= within, `${what} ${actual} is not ${expected}`)

/** Of 59.5 ms on average. */
const exponential = (random: number) => -60 * Math.log(1 - random * 0.999)

/** Nearly alone, beside each other, and more than can be done. */
const usual = (of: Service = service) => {
  // Of times that vary more, more are needed.
  const durationMs = of.work === exponential ? 1_200_000 : 120_000
  const onePerS = 1000 / (of.work(0.5) + of.gapMs)
  return [
    { ratePerS: 0.3 * onePerS, durationMs },
    { ratePerS: 0.75 * of.cores * onePerS, durationMs, seed: 2 },
    { ratePerS: 1.3 * of.cores * onePerS, seed: 3 },
  ]
}

describe('a profile of a service that is known', () => {
  for (const [name, of] of Object.entries<Service>({
    'of two cores': service,
    'of two cores that share much': { ...service, speeds: [1, 0.75] },
    'of one core': { ...service, cores: 1, threads: 1, speeds: [1] },
    'of eight cores': {
      ...service,
      cores: 8,
      threads: 8,
      speeds: [1, 0.98, 0.96, 0.94, 0.92, 0.9, 0.88, 0.86],
    },
    'of a task of 2 ms': { ...service, work: (random) => 1.8 + 0.4 * random, gapMs: 0.2 },
    'of a task whose times vary': { ...service, work: exponential },
    'with idle time between two tasks': { ...service, gapMs: 4 },
  }))
    it(`${name} has its time alone, its speeds and its gap`, async () => {
      const { alone, scaling, executors } = fitProfile([await summaryOf(of, usual(of))])
      const mean = of.work === exponential ? 59.5 : of.work(0.5)
      near(alone.meanMs, mean, of.work === exponential ? 0.09 : 0.025, 'alone')
      if (of.cores > 1) {
        const last = scaling.points.at(-1)!
        near(last.speed, of.speeds.at(-1)!, of.work === exponential ? 0.06 : 0.03, 'speed')
        assert.ok(scaling.measuredTo >= of.cores - 1, `measured to ${scaling.measuredTo}`)
      }
      const gapMs = executors[0]!.gapMs!
      // Of all that a thread is taken for, to 1%.
      assert.ok(Math.abs(gapMs - of.gapMs) < 0.012 * (mean + of.gapMs), `gap ${gapMs}`)
    })

  it('has the time of a task alone, though none was ever quite alone, and how it varies', async () => {
    const { alone } = fitProfile([await summaryOf(service, usual())])
    const values = alone.valuesMs
    near(values.reduce((sum, ms) => sum + ms, 0) / values.length, alone.meanMs, 1e-9)
    // Evenly over a tenth to either side (a² / 3), and what others do to it.
    assert.ok(alone.scv > 0.1 ** 2 / 3 && alone.scv < 0.1 ** 2 / 2, String(alone.scv))
    const { low, high } = alone.meanInterval
    assert.ok(low < 60 && 60 < high, `${low} to ${high}`)
  })

  it('holds what is true in its intervals, nearly always', async () => {
    let held = 0
    for (let seed = 10; seed < 30; seed++) {
      const rates = usual().map((each, index) => ({
        ...each,
        durationMs: 20_000,
        seed: seed * 3 + index,
      }))
      const { alone, scaling } = fitProfile([await summaryOf(service, rates)])
      const { low, high } = alone.meanInterval
      const { sigmaInterval } = scaling.usl
      // Two at 0.95 of the speed: 1 / (1 + sigma).
      const sigma = 1 / 0.95 - 1
      if (low < 60 && 60 < high && sigmaInterval.low < sigma && sigma < sigmaInterval.high) held++
    }
    assert.ok(held >= 17, `${held} of 20`)
  })

  it('takes overheads from where nothing waited, with the time until an idle thread begins', async () => {
    const [thread] = fitProfile([await summaryOf(service, usual())]).executors
    const overhead = thread!.overheadMs[0]! + (thread!.gapMs ?? 0)
    near(overhead, service.overheadMs + service.pickUpMs, 0.02)
  })

  it('takes those of an event loop from where it was free, though it sees the least wait under overload', async () => {
    const loop = { ...service, threads: 1 }
    const rates = [4, 10, 25].map((ratePerS) => ({ executor: 'event-loop' as const, ratePerS }))
    const { executors } = fitProfile([await summaryOf(loop, rates)])
    const overhead = executors[0]!.overheadMs[0]! + (executors[0]!.gapMs ?? 0)
    near(overhead, service.overheadMs + service.pickUpMs, 0.1)
  })

  it('of nothing but an overload says what it cannot tell apart', async () => {
    const slow = { ...service, speeds: [1, 0.6] }
    const { alone, scaling, assumed, executors } = fitProfile([
      await summaryOf(slow, [{ ratePerS: 50 }]),
    ])
    assert.match(assumed.join(), /could not be told apart/)
    assert.deepEqual([scaling.usl.free, scaling.measuredTo], ['none', 1])
    near(alone.meanMs, 100, 0.03)
    // Alone it may be anything down to half of that.
    assert.ok(alone.meanInterval.low < 60, String(alone.meanInterval.low))
    near(executors[0]!.overheadMs[0]! + executors[0]!.gapMs!, service.overheadMs, 0.02)
  })

  it('knows what it can do, where more came', async () => {
    const [thread] = fitProfile([await summaryOf(service, usual())]).executors
    near(thread!.capacityPerS!, (2 * 0.95 * 1000) / 60, 0.02)
    assert.equal(thread!.capacityPerCorePerS, thread!.capacityPerS! / 2)
    const { executors, assumed } = fitProfile([await summaryOf(service, usual().slice(0, 2))])
    assert.deepEqual([executors[0]!.gapMs, executors[0]!.capacityPerS], [null, null])
    assert.match(assumed.join(), /a thread was not measured with more work than it can do/)
  })

  it('knows how much slower another executor runs the same', async () => {
    const slower = { ...service, work: (random: number) => 1.1 * service.work(random) }
    const queue = usual().map((each) => ({ ...each, executor: 'queue' as const }))
    const { executors, alone } = fitProfile([
      await summaryOf(service, usual()),
      await summaryOf(slower, queue, { id: 'other' }),
    ])
    near(executors.find(({ executor }) => executor === 'queue')!.slowdown, 1.1, 0.02)
    near(alone.meanMs, 60, 0.02)
  })

  it('borrows for an executor that was not measured, and says so', async () => {
    const { executors, assumed } = fitProfile([await summaryOf(service, usual())])
    const loop = executors.find(({ executor }) => executor === 'event-loop')
    assert.equal(loop?.measured, false)
    assert.equal(loop?.capacityPerS, null)
    assert.match(
      assumed.join(),
      /the event loop was not measured: it is taken to be as fast as a thread/,
    )
  })

  it('tells what a request costs a server from how much more it uses where more come', async () => {
    const summary = await summaryOf(service, usual())
    // 20 ms a second while idle, and 2 ms a request.
    const conditions = summary.conditions.map((condition) => {
      const { sent } = condition.requests
      const serverS = (sent / condition.offeredPerS) * 0.02 + sent * 0.002
      const used = { processS: 50, taskS: 40, wastedS: 0, serverS, tasks: sent, perTaskS: 0.06 }
      return { ...condition, cpu: { source: 'metrics' as const, ...used } }
    })
    near(fitProfile([{ ...summary, conditions }]).executors[0]!.overheadCpuMs!, 2, 0.01)
    const one = { ...summary, conditions: conditions.slice(0, 1) }
    assert.equal(fitProfile([one]).executors[0]!.overheadCpuMs, null)
  })

  it('says that it does not know the machine of a service elsewhere', async () => {
    const { target } = await summaryOf(service, [])
    const assumed = async (url: string) =>
      fitProfile([await summaryOf(service, usual(), { target: { ...target, url } })]).assumed.join()
    assert.match(await assumed('http://service.example:8080'), /on another machine, whose cores/)
    for (const here of ['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:80'])
      assert.doesNotMatch(await assumed(here), /another machine/)
  })

  it('takes several runs of the same work together', async () => {
    const [calm, busy, over] = usual()
    const profile = fitProfile([
      await summaryOf(service, [calm!], { id: 'one' }),
      await summaryOf(service, [busy!, over!], { id: 'two' }),
    ])
    assert.deepEqual(profile.runs, ['one', 'two'])
    near(profile.alone.meanMs, 60, 0.02)
  })
})

describe('what cannot be fitted is refused', () => {
  const changed = async (changes: Partial<ConditionSummary>, of: Partial<Summary> = {}) => {
    const summary = await summaryOf(service, usual().slice(0, 1))
    const conditions = summary.conditions.map((condition) => ({ ...condition, ...changes }))
    return { ...summary, conditions, ...of }
  }
  const refuses = (summaries: Summary[], message: RegExp) =>
    assert.throws(
      () => fitProfile(summaries),
      (error) => {
        assert.ok(error instanceof UsageError)
        assert.match(error.message, message)
        return true
      },
    )

  it('a summary that is older than its parts, with the command that helps', async () => {
    const { conditions, ...rest } = await changed({}, { run: 'old' })
    const older = conditions.map(({ parts: _, ...condition }) => condition)
    refuses([{ ...rest, conditions: older }], /run old is of an older version; unblock report old/)
  })

  it('a run that is void, with the reason', async () =>
    refuses(
      [await changed({ void: 'requests were sent late' })],
      /is void: requests were sent late/,
    ))

  it('a run of requests that failed', async () => {
    const requests = { sent: 100, completed: 80, failed: 20, refused: 0 }
    refuses([await changed({ requests })], /is of requests that failed: more than 5% of them/)
  })

  it('a service that does not tell how long its tasks ran', async () =>
    refuses([await changed({ parts: null })], /does not say how long tasks ran/))

  it('several event loops, where nothing else was measured', async () => {
    const { parts } = (await changed({})).conditions[0]!
    const loops = { executor: 'event-loop' as const, parts: { ...parts!, atOnce: null } }
    refuses([await changed(loops)], /is of several event loops only/)
  })

  it('runs of different parameters, or machines', async () => {
    const a = await changed({}, { run: 'a' })
    const settings = { ...a.settings, params: { limit: 7 } }
    const other = await changed({}, { run: 'b', settings })
    refuses([a, other], /runs a and b are of different work: primes {}, and primes {"limit":7}/)
    const machine = { ...a.machine, cores: 8 }
    refuses(
      [a, await changed({}, { run: 'b', machine })],
      /come from different machines: .*8 usable/,
    )
  })

  it('a run that compares several versions', async () => {
    const version = { name: 'a', url: '', own: true, task: 'primes' }
    const versions = [version, { ...version, name: 'b' }]
    refuses([await changed({}, { versions })], /compares 2 versions/)
  })
})
