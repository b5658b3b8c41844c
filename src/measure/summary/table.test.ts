import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConditionSummary } from './schema.ts'
import { exampleCondition, percentilesOf, someRequests } from './summary.fixture.ts'
import { summaryTable } from './table.ts'

const executors = ['event-loop', 'thread', 'queue'] as const

/** Three executors, one and three servers, with as many requests as it takes for every column. */
const six: ConditionSummary[] = [1, 3].flatMap((servers) =>
  executors.map((executor) =>
    exampleCondition({
      key: `${executor}-${servers}`,
      label: `${executor}, ${servers} server${servers === 1 ? '' : 's'}`,
      executor,
      servers,
      requests: someRequests(1200, 3, 12),
      latencyMs: percentilesOf({
        count: 1185,
        p50: 612,
        max: executor === 'queue' ? 9000 : 41_000,
      }),
      throughputPerS: 103.4,
      goodputPerS: 99.96,
    }),
  ),
)

describe('the table for a terminal', () => {
  it('has a row a condition, and headings that say what stands below them', () => {
    assert.equal(
      summaryTable({ conditions: six.slice(0, 3) }),
      [
        '                                                                       latency, ms  results/s  bystander, ms  CPU s',
        'condition             sent  done  failed  refused  p50    p90    p99  p99.9    max  all  good       p99  max  /task',
        'event-loop, 1 server  1200  1185       3       12  614  17752  37929  40714  41000  103   100         9  9.3   0.54',
        'thread, 1 server      1200  1185       3       12  614  17752  37929  40714  41000  103   100         9  9.3   0.54',
        'queue, 1 server       1200  1185       3       12  614   5270   8565   8958   9000  103   100         9  9.3   0.54',
        '',
      ].join('\n'),
    )
  })

  it('fits 120 columns with six conditions and every column, void ones too', () => {
    const [first, ...others] = six
    assert.ok(first)
    for (const conditions of [six, [...others, { ...first, void: 'it was late' }]])
      for (const line of summaryTable({ conditions }).split('\n'))
        assert.ok(line.length <= 120, `${line.length}: ${line}`)
  })

  it('marks what is void, and says why below, once', () => {
    const lines = summaryTable({
      conditions: six.map((each, index) => ({ ...each, void: index < 2 ? 'it was late' : null })),
    }).split('\n')
    assert.deepEqual(
      lines.filter((line) => line.startsWith('!')).map((line) => line.slice(0, 22)),
      ['! event-loop, 1 server', '! thread, 1 server    ', '! void: it was late'],
    )
  })

  it('marks figures that may be too high because the generator was late, and says so below', () => {
    const marked = exampleCondition({
      label: 'queue',
      requests: someRequests(20),
      latencyMs: percentilesOf({ count: 20, p50: 40, max: 60 }),
      lateAt: ['p50', 'p99'],
      bystander: {
        requests: someRequests(100),
        latencyMs: percentilesOf({ count: 100, p50: 2, max: 47 }),
        lateAt: ['max'],
      },
      cpu: null,
    })
    assert.equal(
      summaryTable({ conditions: [marked] }),
      [
        '                                          latency, ms   results/s  bystander, ms',
        'condition  sent  done  failed  refused  p50  p90  max   all  good       p99  max',
        'queue        20    20       0        0  ≤40   55   60  1.18  1.18        44  ≤47',
        '≤ the generator was late then: the true figure is no higher',
        '',
      ].join('\n'),
    )
  })

  it('leaves out columns of which nothing is known, and has a dash for what is not', () => {
    const none = percentilesOf({ count: 0, p50: 1, max: 1 })
    const failed = exampleCondition({
      label: 'queue',
      requests: someRequests(20, 20),
      latencyMs: none,
      throughputPerS: 0,
      goodputPerS: 0,
      bystander: null,
      cpu: null,
    })
    assert.equal(
      summaryTable({ conditions: [failed] }),
      [
        '                                        latency, ms  results/s',
        'condition  sent  done  failed  refused          max  all  good',
        'queue        20     0      20        0            —    0     0',
        '',
      ].join('\n'),
    )
    const [, row] = summaryTable({ conditions: [failed, six[2] as ConditionSummary] })
      .split('\n')
      .slice(1)
    assert.equal(row?.match(/—/g)?.length, 8)
  })
})
