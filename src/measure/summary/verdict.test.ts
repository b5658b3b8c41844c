import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConditionSummary } from './schema.ts'
import { exampleCondition, exampleTrial, percentilesOf, someRequests } from './summary.fixture.ts'
import { verdictOf } from './verdict.ts'

const verdict = (
  conditions: ConditionSummary[],
  about: Partial<Parameters<typeof verdictOf>[1]> = {},
) =>
  verdictOf(conditions, {
    state: 'complete',
    planned: conditions.length,
    target: { own: true, jobs: true },
    ...about,
  })

const executors = ['event-loop', 'thread', 'queue'] as const
const nothing = percentilesOf({ count: 0, p50: 1, max: 1 })

const bystander = (p50: number, max: number, count = 400, failed = 0) => ({
  requests: someRequests(count + failed, failed),
  latencyMs: percentilesOf({ count, p50, max }),
  lateAt: [],
})

/** The three executors with so many servers. */
const strategies = (servers: number, factor: number): ConditionSummary[] =>
  executors.map((executor, index) =>
    exampleCondition({
      key: `${executor}-${servers}`,
      label: `${executor}, ${servers === 1 ? '1 server' : `${servers} servers`}`,
      executor,
      servers,
      latencyMs: percentilesOf({ count: 240, p50: (600 + 30 * index) * factor, max: 2000 }),
      bystander: index === 0 ? bystander(140, 2100 * factor) : bystander(2, 13 - index),
    }),
  )

describe('the verdict says', () => {
  it('what each executor did to others, and to its own results', () => {
    assert.deepEqual(verdict(strategies(1, 1)), [
      'On the event loop a bystander waited up to 2.1 s (p99 1.99 s) under this load; on a thread 12 ms, on the queue 11 ms.',
      'The result came after 600 ms (event loop), 630 ms (thread), 660 ms (queue) at the median.',
    ])
  })

  it('the same with more servers', () => {
    assert.deepEqual(verdict([...strategies(1, 1), ...strategies(3, 0.5)]), [
      'On the event loop a bystander waited up to 2.1 s (p99 1.99 s) under this load; on a thread 12 ms, on the queue 11 ms (1 server).',
      'With 3 servers, a bystander waited up to 1.05 s (p99 1.01 s) on the event loop, 12 ms on a thread, 11 ms on the queue.',
      'The result came after 600 ms (event loop), 630 ms (thread), 660 ms (queue) at the median with 1 server, and with 3 servers after 300 ms (event loop), 315 ms (thread), 330 ms (queue).',
    ])
  })

  it('all there is to say of one condition', () => {
    assert.deepEqual(verdict([exampleCondition({ executor: 'thread', bystander: null })]), [
      'On a thread the result came after 610 ms at the median (p99 1.86 s, at most 1.9 s, of 240 results).',
      'Of 1.2/s offered 1.18/s came back in that time, 1.18/s within the deadline of 5 s.',
    ])
  })

  it('no more than a small sample supports', () => {
    const few = (count: number) =>
      exampleCondition({
        executor: 'thread',
        requests: someRequests(count),
        latencyMs: percentilesOf({ count, p50: 600, max: 900 }),
        bystander: bystander(2, 9, count),
      })
    assert.deepEqual(verdict([few(20)]).slice(0, 2), [
      'On a thread the result came after 600 ms at the median (p90 830 ms, at most 900 ms, of 20 results).',
      'On a thread a bystander waited up to 9 ms (p90 6.66 ms) under this load.',
    ])
    assert.deepEqual(verdict([few(1)]).slice(0, 2), [
      'On a thread the one result came after 900 ms.',
      'On a thread a bystander waited up to 9 ms under this load.',
    ])
  })

  it('where it stopped keeping up, over conditions', () => {
    const rates = [1, 2, 4, 8].map((perS) =>
      exampleCondition({
        executor: 'thread',
        label: `thread, ${perS}/s`,
        rate: { shape: 'constant', rate: perS },
        requests: someRequests(perS * 200),
        offeredPerS: perS,
        throughputPerS: Math.min(perS, 2.5),
        latencyMs: percentilesOf({ count: perS * 200, p50: 500 * perS ** 2, max: 9000 * perS }),
        bystander: null,
      }),
    )
    assert.deepEqual(verdict(rates), [
      'On a thread results kept up with 2/s, but not with 4/s (2.5/s came).',
      'The result came after 500 ms (1/s), 2 s (2/s), 8 s (4/s), 32 s (8/s) at the median.',
    ])
  })

  it('where each executor stopped keeping up, over the steps of one condition', () => {
    const load = (...came: number[]) =>
      came.map((throughputPerS, index) => ({ offeredPerS: 2 ** index, throughputPerS }))
    const steps = (executor: ConditionSummary['executor'], ...came: number[]) =>
      exampleCondition({ executor, label: executor, load: load(...came), bystander: null })
    assert.equal(
      verdict([
        steps('event-loop', 0.4, 0.9, 1.1),
        steps('thread', 0.8, 2, 3.2),
        steps('queue', 1, 2, 4),
      ])[0],
      'On the event loop results did not keep up even with the lowest rate, 1/s (0.4/s came); ' +
        'on a thread results kept up with 2/s, but not with 4/s (3.2/s came); ' +
        'on the queue results kept up with every rate, up to 4/s.',
    )
  })

  it('nothing against a short trial at whose end some requests were under way', () => {
    /** 2/s over 10 s with results after 1.5 s: three of 20 came too late to count. */
    const at = (perS: number, throughputPerS: number, ms: number) =>
      exampleCondition({
        executor: 'thread',
        rate: { shape: 'constant', rate: perS },
        offeredPerS: perS,
        throughputPerS,
        requests: someRequests(perS * 10),
        latencyMs: percentilesOf({ count: perS * 10, p50: ms, max: ms + 1 }),
        trials: [exampleTrial()],
        bystander: null,
      })
    assert.equal(
      verdict([at(1, 0.9, 1000), at(2, 1.7, 1500)])[0],
      'On a thread results kept up with every rate, up to 2/s.',
    )
    assert.equal(
      verdict([at(1, 0.9, 1000), at(2, 1.5, 1500)])[0],
      'On a thread results kept up with 1/s, but not with 2/s (1.5/s came).',
    )
  })

  it('which version was faster, and how to know whether that is real', () => {
    const version = (name: string, p50: number) =>
      exampleCondition({
        label: `queue, ${name}`,
        version: name,
        latencyMs: percentilesOf({ count: 240, p50, max: 2000 }),
        bystander: null,
      })
    const advice = 'whether that is real and no noise, unblock compare tells from repetitions.'
    assert.deepEqual(verdict([version('old', 802), version('new', 610)]), [
      `new was faster: 610 ms at the median, old 802 ms; ${advice}`,
    ])
    assert.deepEqual(verdict([version('a', 700), version('b', 610), version('c', 802)]), [
      `b was the fastest of 3: 610 ms at the median, c, the slowest, 802 ms; ${advice}`,
      'The result came after 700 ms (a), 610 ms (b), 802 ms (c) at the median.',
    ])
    assert.deepEqual(verdict([version('a', 610), version('b', 610)]), [
      'a and b came after the same 610 ms at the median.',
    ])
  })

  it('how many requests failed or were refused, and why, even if something else goes unsaid', () => {
    const failing = [...strategies(1, 1), ...strategies(3, 0.5)].map((each, index) =>
      index === 0
        ? { ...each, requests: someRequests(240, 12), reasons: { 'gave up': 12 } }
        : index === 1
          ? {
              ...each,
              requests: someRequests(240, 1, 40),
              reasons: { 'status 500': 1, 'status 503': 40 },
            }
          : each,
    )
    const said = verdict(failing)
    assert.equal(said.length, 3)
    assert.equal(
      said[2],
      'thread, 1 server: 1 of 240 requests failed and 40 were refused (status 503: 40, status 500: 1); ' +
        'event-loop, 1 server: 12 of 240 requests failed (gave up: 12).',
    )
    const refused = { requests: someRequests(240, 0, 1), reasons: { 'status 503': 1 } }
    assert.equal(
      verdict([exampleCondition(refused)]).at(-1),
      '1 of 240 requests was refused (status 503: 1).',
    )
  })

  it('first of all that nothing completed', () => {
    const none = exampleCondition({
      executor: 'thread',
      requests: someRequests(240, 240),
      reasons: { 'gave up': 240 },
      latencyMs: nothing,
      throughputPerS: 0,
      goodputPerS: 0,
      bystander: { requests: someRequests(400, 400), latencyMs: nothing, lateAt: [] },
    })
    assert.deepEqual(verdict([none]), [
      '240 of 240 requests failed (gave up: 240), none completed.',
      'On a thread a bystander waited in vain under this load.',
      'Of 1.2/s offered 0/s came back in that time, 0/s within the deadline of 5 s.',
    ])
    assert.equal(
      verdict([none, exampleCondition()]).at(-1),
      'The result came after no time at all, as none came (thread), 610 ms (queue) at the median.',
    )
  })

  it('that bystanders failed, whose wait has no end', () => {
    const [first] = strategies(1, 1)
    assert.ok(first)
    assert.equal(
      verdict([{ ...first, bystander: bystander(140, 2100, 397, 3) }, exampleCondition()])[0],
      'On the event loop a bystander waited up to 2.1 s (p99 2.02 s, 3 of 400 failed) under this load; on the queue 9.3 ms.',
    )
  })

  it('what is void, and leaves it out', () => {
    const why = 'the generator used 0.99 of the one core that it can use; lower the rate'
    const [first, ...others] = strategies(1, 1)
    assert.ok(first)
    assert.deepEqual(verdict([{ ...first, void: why }, ...others]), [
      'On a thread a bystander waited up to 12 ms (p99 11.6 ms) under this load; on the queue 11 ms.',
      'The result came after 630 ms (thread), 660 ms (queue) at the median.',
      `Void and left out: "event-loop, 1 server", because ${why}.`,
    ])
    assert.deepEqual(verdict([{ ...first, void: why }]), [
      `Nothing can be said, because it is void: ${why}.`,
    ])
    assert.deepEqual(
      verdict([first, ...others].map((each, n) => ({ ...each, void: n === 1 ? 'else' : why }))),
      [`Nothing can be said, because all 3 conditions are void: ${why} (and 1 other reason).`],
    )
    const trials = [exampleTrial(), exampleTrial({ index: 1, void: why }), exampleTrial()]
    assert.equal(
      verdict([exampleCondition({ trials })]).at(-1),
      `1 of 3 trials was void and left out: ${why}.`,
    )
  })

  it('that it is partial, with what is void in one line', () => {
    const trials = [exampleTrial(), exampleTrial({ index: 1, void: 'it was late' })]
    const said = verdict([exampleCondition({ trials })], { state: 'partial', planned: 6 })
    assert.equal(said.length, 4)
    assert.equal(
      said[3],
      'Partial: the run was interrupted; this is what was measured until then in 1 of 6 conditions. ' +
        '1 of 2 trials was void and left out: it was late.',
    )
  })

  it('how many requests an interruption left under way, and blames nobody for them', () => {
    const cut = exampleCondition({
      executor: 'thread',
      requests: someRequests(20, 15),
      reasons: { interrupted: 14, 'status 500': 1 },
      latencyMs: percentilesOf({ count: 5, p50: 600, max: 900 }),
      bystander: { ...bystander(2, 9, 40, 2), reasons: { interrupted: 2 } },
    })
    const partial = { state: 'partial', planned: 1 } as const
    assert.deepEqual(verdict([cut], partial), [
      'On a thread the result came after 650 ms at the median (at most 900 ms, of 5 results).',
      'On a thread a bystander waited up to 9 ms (p90 6.66 ms) under this load.',
      '1 of 20 requests failed (status 500: 1).',
      'Partial: the run was interrupted with 14 requests under way; this is what was measured until then.',
    ])
    const clean = { ...cut, requests: someRequests(20, 14), reasons: { interrupted: 14 } }
    assert.doesNotMatch(verdict([clean], partial).join(), /failed/)
    const all = {
      ...cut,
      requests: someRequests(3, 3),
      reasons: { interrupted: 3 },
      latencyMs: nothing,
      bystander: null,
    }
    assert.deepEqual(verdict([all, { ...all, executor: 'queue' }], partial), [
      'No request completed.',
      'Partial: the run was interrupted with 6 requests under way; this is what was measured until then.',
    ])
  })

  it('what figures may be too high because the generator was late, where it quotes one', () => {
    const [first, second] = strategies(1, 1)
    assert.ok(first?.bystander && second?.bystander)
    const late: ConditionSummary = {
      ...second,
      lateAt: ['p999'],
      bystander: { ...second.bystander, lateAt: ['p99', 'max'] },
      lagMs: percentilesOf({ count: 640, p50: 1, max: 11 }),
    }
    const means =
      'Figures with ≤ may be as high as they are because the generator was late, by up to 11 ms'
    assert.deepEqual(verdict([first, late]), [
      'On the event loop a bystander waited up to 2.1 s (p99 1.99 s) under this load; on a thread ≤12 ms.',
      'The result came after 600 ms (event loop), 630 ms (thread) at the median.',
      `${means} in "thread, 1 server": the true ones are no higher.`,
    ])
    assert.equal(
      verdict([late])[1],
      'On a thread a bystander waited ≤12 ms (p99 ≤11.6 ms) under this load.',
    )
    const slow: ConditionSummary = { ...late, lateAt: ['p50'], bystander: null }
    assert.deepEqual(verdict([slow]), [
      'On a thread the result came after ≤630 ms at the median (p99 1.96 s, at most 2 s, of 240 results).',
      'Of 1.2/s offered 1.18/s came back in that time, 1.18/s within the deadline of 5 s.',
      `${means}: the true ones are no higher.`,
    ])
    assert.doesNotMatch(verdict([{ ...slow, lateAt: ['p999'] }]).join(), /≤/)
  })

  it('what a service was asked for, where it does not tell where the task ran', () => {
    const target = { own: false, jobs: false }
    const told = 'The target does not tell where it ran the task.'
    const [, thread] = strategies(1, 1)
    assert.ok(thread)
    assert.deepEqual(verdict([thread], { target }).slice(0, 2), [
      'When asked for a thread the result came after 630 ms at the median (p99 1.96 s, at most 2 s, of 240 results).',
      'When asked for a thread a bystander waited up to 12 ms (p99 11.6 ms) under this load.',
    ])
    assert.equal(verdict([thread], { target }).at(-1), told)
    const all = verdict(strategies(1, 1), { target })
    assert.doesNotMatch(all.join(), /\bon (a|the) /i)
    assert.equal(all.join().split(told).length, 2)
    for (const known of [
      { own: true, jobs: true },
      { own: false, jobs: true },
    ])
      assert.doesNotMatch(verdict([thread], { target: known }).join(), /asked|tell/)
  })

  it('that there is nothing to say', () => {
    assert.deepEqual(verdict([], { state: 'partial', planned: 2 }), [
      'Nothing was measured.',
      'Partial: the run was interrupted; this is what was measured until then in 0 of 2 conditions.',
    ])
    const idle = exampleCondition({ requests: someRequests(0), latencyMs: nothing, offeredPerS: 0 })
    assert.deepEqual(verdict([idle]), ['No request was due.'])
  })
})
