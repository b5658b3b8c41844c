import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCatchUpClock } from './catch-up.ts'

const nearly = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`)

/** Turns without rest, from 0: when each begins, and what may be sent in it. */
const cases: { name: string; turns: [now: number, until: number][] }[] = [
  {
    name: 'short turns are right',
    turns: [
      [1, 1],
      [3, 3],
      [4.5, 4.5],
    ],
  },
  {
    name: 'a long turn counts as a short one',
    turns: [[50, 2.5]],
  },
  {
    name: 'after a pause it gains a quarter of the time that goes by',
    turns: [
      [10, 2.5],
      [12, 5],
      [14, 7.5],
      [18, 10], // 4 ms are a pause again
    ],
  },
  {
    name: 'it is never ahead of time',
    turns: [
      [4, 2.5],
      [6, 5],
      [8, 7.5],
      [10, 10],
      [11, 11],
    ],
  },
]

for (const { name, turns } of cases)
  test(`${name}: ${turns.map((turn) => turn.join(' → ')).join(', ')}`, () => {
    const clock = createCatchUpClock(0)
    for (const [now, until] of turns) nearly(clock.turn(now), until)
  })

test('to wait is not to pause, however long', () => {
  const clock = createCatchUpClock(0)
  nearly(clock.turn(1), 1)
  clock.rest(500)
  nearly(clock.turn(500.3), 500.3)
  clock.rest(900)
  nearly(clock.turn(940), 902.5) // the bell came 40 ms late
})

test('a bell that comes too early changes nothing', () => {
  const clock = createCatchUpClock(0)
  clock.rest(10)
  nearly(clock.turn(8), 10)
  nearly(clock.turn(9), 10)
  nearly(clock.turn(10.2), 10.2)
})

test('the first that is overdue goes at once, those behind it with gaps that are a fifth shorter', () => {
  const clock = createCatchUpClock(0)
  const due = [100, 110, 120, 130]
  clock.rest(due[0]!)
  const sent: number[] = []
  for (let now = 200; due.length > 0; now++) {
    if (due[0]! <= clock.turn(now)) {
      sent.push(now)
      due.shift()
    }
  }
  assert.deepEqual(sent, [200, 206, 214, 222])
})
