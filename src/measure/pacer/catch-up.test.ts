import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCatchUpClock } from './catch-up.ts'

/**
 * When each request is sent. Turns of the event loop begin every `turnMs` from 0, but none between `pause[0]`
 * and `pause[1]`.
 */
function sentAt(
  due: readonly number[],
  { turnMs = 1, pause = [0, 0] as const }: { turnMs?: number; pause?: readonly [number, number] },
): number[] {
  const clock = createCatchUpClock(0)
  const sent: number[] = []
  clock.rest(due[0]!)
  for (let now = 0; sent.length < due.length; now += turnMs) {
    if (now > pause[0] && now < pause[1]) continue
    clock.turn(now)
    while (due[sent.length]! <= now && clock.sends(due[sent.length]!)) sent.push(now)
    const next = due[sent.length]
    if (next !== undefined && next > now) clock.rest(next)
  }
  return sent
}

const every = (gapMs: number, count: number) => Array.from({ length: count }, (_, k) => k * gapMs)

for (const [gapMs, turnMs] of [
  [10, 1],
  [1, 1],
  [0.125, 1],
  [0.125, 2],
] as const)
  test(`without a pause, what is due every ${gapMs} ms is sent in the first turn after it, of ${turnMs} ms`, () => {
    const due = every(gapMs, 200)
    const sent = sentAt(due, { turnMs })
    assert.deepEqual(
      sent,
      due.map((each) => Math.ceil(each / turnMs) * turnMs),
    )
  })

test('a few that a pause has made late are sent at once, and the next in time', () => {
  const due = every(10, 30)
  const sent = sentAt(due, { pause: [95, 245] })
  assert.deepEqual(sent.slice(9, 27), [90, ...Array(15).fill(245), 250, 260])
})

test('of many, those behind the first few follow a quarter faster than they were due', () => {
  const sent = sentAt(every(1, 400), { pause: [100, 200] })
  const at = (due: number) => sent[due]! - 200
  // What the clock gains in a turn (2.5 ms), and 16.
  assert.equal(at(101 + 17), 0)
  assert.ok(at(101 + 19) > 0)
  // 81 ms behind from there, of which it makes good a quarter of the time that goes by.
  assert.ok(Math.abs(at(200) - 80 / 1.25) <= 2, `${at(200)}`)
})

test('it is right again after four times the pause, and none is sent before it is due', () => {
  const sent = sentAt(every(1, 1000), { pause: [100, 200] })
  assert.ok(sent.every((each, due) => each >= due))
  const late = sent.filter((each, due) => each > due).length
  // The 16 make it a little less than 100 + 400.
  assert.ok(late > 400 && late <= 500, `${late}`)
})

test('to wait is not to pause, however long', () => {
  assert.deepEqual(sentAt([0, 500, 501, 9000], {}), [0, 500, 501, 9000])
})
