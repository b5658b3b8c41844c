import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { folder } from '../../test/fixtures/folder.ts'
import { readConfig } from '../config.ts'
import { UsageError } from '../usage-error.ts'
import {
  parseArrivals,
  parseBalance,
  parseCount,
  parsePrice,
  parseShare,
  parseTime,
  readTrace,
} from './options.ts'
import { checkOptions, instanceDefaults } from './question.ts'

const refuses = (parse: () => unknown, message: RegExp) =>
  assert.throws(parse, (error) => {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, message)
    return true
  })

describe('an option of plan', () => {
  it('is a time with its unit', () => {
    assert.equal(parseTime('p95')('2s'), 2000)
    assert.equal(parseTime('failures')('12h'), 43_200_000)
    assert.equal(parseTime('failures')('30d'), 2_592_000_000)
    refuses(() => parseTime('p95')('2'), /--p95 2: must be a duration above 0 with its unit/)
    refuses(() => parseTime('p95')('0s'), /--p95 0s/)
  })

  it('is a whole number within bounds', () => {
    const parse = parseCount('cores', { least: 1, most: 256 })
    assert.equal(parse('8'), 8)
    for (const text of ['0', '257', '1.5', 'many'])
      refuses(() => parse(text), /must be a whole number from 1 to 256/)
  })

  it('is a share, a price, a policy', () => {
    assert.equal(parseShare('0.1%'), 0.001)
    refuses(() => parseShare('0.1'), /--refused 0.1: must be a percentage/)
    assert.equal(parsePrice('0.04'), 0.04)
    refuses(() => parsePrice('0'), /--price 0: must be what a core costs/)
    assert.equal(parseBalance('random_two'), 'random_two')
    refuses(() => parseBalance('random'), /one of least_conn, round_robin, random_two/)
  })

  it('says how requests come', () => {
    assert.deepEqual(parseArrivals('even'), { kind: 'even' })
    const bursts = { kind: 'bursts', times: 5, lengthMs: 10_000, everyMs: 60_000 }
    assert.deepEqual(parseArrivals('5x10s/60s'), bursts)
    for (const text of ['bursts', '1x10s/60s', '5x10/60s', '5x0s/60s', '5x1s'])
      refuses(() => parseArrivals(text), /--arrivals .*: must be poisson, even, or bursts/)
    refuses(() => parseArrivals('5x60s/60s'), /shorter than the time from one to the next/)
  })

  it('needs a rate and a target, and no two ways of saying how requests come', () => {
    refuses(() => checkOptions({ p95: 2000 }), /--rate is missing/)
    refuses(() => checkOptions({ rate: 5 }), /a target is missing: --p95 2s/)
    const even = { kind: 'even' } as const
    refuses(() => checkOptions({ rate: 5, p95: 1, arrivals: even, trace: even }), /leave one out/)
  })
})

describe('a trace', () => {
  const traceOf = async (text: string, t: TestContext) =>
    join(await folder(t, { 'trace.txt': text }), 'trace.txt')
  const seconds = Array.from({ length: 101 }, (_, n) => n / 2)

  it('has a time in seconds in each line, in any order', async (t) => {
    const lines = seconds.toReversed().map((at) => `${at}, GET /api/blocking`)
    const trace = readTrace(await traceOf(`${lines.join('\n')}\n\n`, t))
    assert.deepEqual(trace, { kind: 'trace', name: 'trace.txt', gapsMs: Array(100).fill(500) })
  })

  it('or a timestamp, as logs have them', async (t) => {
    const lines = seconds.map((at) => `${new Date(1e12 + at * 1000).toISOString()} hit`)
    const trace = readTrace(await traceOf(lines.join('\n'), t))
    assert.equal(trace.kind === 'trace' && trace.gapsMs[0], 500)
    const withSpace = lines.map((line) => line.replace('T', ' ').replace('Z', ''))
    assert.deepEqual(readTrace(await traceOf(withSpace.join('\n'), t)), trace)
  })

  it('is refused with the line that is wrong, or when it says too little', async (t) => {
    refuses(() => readTrace('/nowhere'), /--trace \/nowhere: cannot be read/)
    const other = `${seconds.join('\n')}\nrequest-5`
    const named = await traceOf(other, t)
    refuses(() => readTrace(named), /line 102 must begin with a time.*"request-5"/)
    const wrong = `${seconds.join('\n')}\nyesterday`
    const [odd, short, still] = [
      await traceOf(wrong, t),
      await traceOf('1\n2\n', t),
      await traceOf('1\n'.repeat(200), t),
    ]
    refuses(() => readTrace(odd), /line 102 must begin with a time.*"yesterday"/)
    refuses(() => readTrace(short), /has 2 times; it must have 100/)
    refuses(() => readTrace(still), /all its times are the same/)
  })
})

describe('what instances do unless it is configured', () => {
  it('is what the configuration says', () => {
    const { threadQueueLimit, queueLimit, queueCostLimitMs } = readConfig({})
    assert.equal(instanceDefaults.lineLimit, threadQueueLimit)
    assert.equal(instanceDefaults.queueLimit, queueLimit)
    assert.equal(instanceDefaults.queueCostMs, queueCostLimitMs)
  })
})
