import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '../records/run.ts'
import type { ConditionSummary } from '../summary/schema.ts'
import { definitions } from './definitions.ts'
import { machineOf, targetsOf, unseen } from './details.ts'
import { notes } from './notes.ts'
import { strategies } from './report.fixture.ts'

const { run, summary } = strategies()
const withTarget = (changes: Partial<Run['target']>): Run => ({
  ...run,
  target: { ...run.target, ...changes },
})
const here = 'http://127.0.0.1:8080'
const there = 'http://127.0.0.1:9090'

test('each version is told with whom it asked for what', () => {
  const versions = [
    { name: 'mine', url: here, own: true, task: 'primes' },
    { name: 'theirs', url: there, own: false, task: null },
  ]
  const { text } = machineOf({ ...run, versions })
  assert.match(text, /Version mine<.*:8080, started and scaled by this run; task: primes</)
  assert.match(text, /Version theirs<.*:9090, as it was found, nothing was scaled; task: not said/)
  assert.equal(text.match(/started and scaled/g)?.length, 1)
  assert.deepEqual(targetsOf({ ...run, versions }), [here, there])
})

test('without versions there is one target, and its task', () => {
  const { text } = machineOf(withTarget({ own: false }))
  assert.match(text, /Target<.*as it was found/)
  assert.match(text, /Task<.*primes/)
  assert.deepEqual(targetsOf(run), [here])
})

test('that the generator went before others is said where it did', () => {
  assert.match(machineOf({ ...run, priority: -10 }).text, /higher priority.*niceness -10/)
  assert.doesNotMatch(machineOf({ ...run, priority: 0 }).text, /priority/)
})

for (const [whose, changes, times] of [
  ['a foreign target', { own: false, jobs: false }, 1],
  ['one that has jobs', { own: false, jobs: true }, 0],
  ['its own stack', { own: true, jobs: true }, 0],
] as const)
  test(`where the task ran, ${whose} ${times === 1 ? 'does not tell, which is said once' : 'tells'}`, () => {
    const lines = unseen(withTarget(changes), summary).filter((line) =>
      /Where the task ran/.test(String(line)),
    )
    assert.equal(lines.length, times)
  })

test('the definitions are those of what was counted', () => {
  const { text } = definitions(summary)
  assert.match(
    text,
    /of the results that came while requests were due, those within the deadline \(5 s\)/,
  )
  assert.match(text, /Warm-up<.*no count and no latency; but their results.*throughput/)
  assert.doesNotMatch(text, /counted nowhere/)
  assert.match(text, /CPU per task<.*what tasks that completed used/)
  assert.doesNotMatch(text, /whole processes/)
})

test('CPU per task of whole processes is called that, in words and below the table', () => {
  const cpu = {
    ...summary.conditions[0]!.cpu!,
    source: 'vitals',
    taskS: null,
    tasks: null,
  } as const
  const vague = summary.conditions.map((each): ConditionSummary => ({ ...each, cpu }))
  const { text } = definitions({ ...summary, conditions: vague })
  assert.match(text, /CPU per task<.*whole processes/)
  assert.doesNotMatch(text, /what tasks that completed used/)
  assert.match(notes(vague)!.text, /CPU per task is that of whole processes/)
  const mixed = [vague[0]!, ...summary.conditions.slice(1)]
  assert.match(
    notes(mixed)!.text,
    /CPU per task of event-loop, 1 server is that of whole processes/,
  )
  assert.equal(notes(summary.conditions), null)
})
