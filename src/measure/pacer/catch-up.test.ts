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

test('what a pause has made late is sent one in a turn where few are due', () => {
  const sent = sentAt(every(10, 30), { pause: [95, 245] })
  const late = Array.from({ length: 15 }, (_, k) => 245 + k) // those of 100 to 240
  assert.deepEqual(sent.slice(9, 27), [90, ...late, 260, 261])
})

test('where many are due, they follow a quarter faster than they were, and none before it is due', () => {
  const perMs = 10
  const sent = sentAt(every(1 / perMs, 1000 * perMs), { pause: [100, 200] })
  const at = (dueMs: number) => sent[dueMs * perMs]!
  assert.ok(sent.every((each, k) => each >= k / perMs - 1e-9))
  assert.ok(Math.abs(at(200) - (200 + 97.5 / 1.25)) <= 2, `${at(200)}`)
  // 100 ms behind, of which it makes good a quarter of the time that goes by.
  const late = sent.filter((each, k) => each - k / perMs > 1).length / perMs
  assert.ok(Math.abs(late - 500) <= 15, `${late} ms`)
})

test('to wait is not to pause, however long', () => {
  assert.deepEqual(sentAt([0, 500, 501, 9000], {}), [0, 500, 501, 9000])
})
