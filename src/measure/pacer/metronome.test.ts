import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atEnd, type Cleaner } from '../../../test/fixtures/at-end.ts'
import { startMetronome } from './metronome.ts'

async function start(t: Cleaner) {
  const metronome = await startMetronome()
  atEnd(t, metronome.stop)
  return metronome
}

const every = (gapMs: number, count: number) =>
  Array.from({ length: count }, (_, k) => ({ due: k * gapMs })).values()

const never = new AbortController().signal

for (const [gapMs, count] of [
  [0.05, 2000],
  [1, 200],
  [10, 20],
  [1200, 2],
] as const)
  test(`every ${gapMs} ms it rings once for each time, in order, and never before it`, async (t) => {
    const metronome = await start(t)
    const origin = performance.now() + 5
    const rung: { due: number; lateMs: number }[] = []
    await metronome.run(
      every(gapMs, count),
      origin,
      ({ due }) => rung.push({ due, lateMs: performance.now() - origin - due }),
      never,
    )
    assert.deepEqual(
      rung.map(({ due }) => due),
      [...every(gapMs, count)].map(({ due }) => due),
    )
    const early = rung.filter(({ lateMs }) => lateMs < 0)
    assert.deepEqual(early, [])
  })

test('no ring is lost, however close together wishes and bells come', async (t) => {
  const metronome = await start(t)
  let rung = 0
  // Gaps around the lengths at which it changes its way of waiting.
  function* times() {
    for (let due = 0, k = 0; k < 3000; k++, due += [0.3, 0.45, 0.6, 1, 3.9, 4.1][k % 6]!)
      yield { due }
  }
  await metronome.run(times(), performance.now(), () => rung++, never)
  assert.equal(rung, 3000)
})

/** Holds this thread, and so its event loop. */
const hold = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

test('what was missed while the event loop was held rings soon after', async (t) => {
  const metronome = await start(t)
  const origin = performance.now() + 5
  const rung: number[] = []
  await metronome.run(
    every(10, 20),
    origin,
    ({ due }) => {
      if (due === 50) hold(100)
      rung.push(performance.now() - origin)
    },
    never,
  )
  assert.equal(rung.length, 20)
  // Those of 60 to 140 ms came together, after the pause.
  assert.ok(rung[6]! >= 150, String(rung))
  assert.ok(rung[14]! - rung[6]! < 75, String(rung))
})

test('it ends at once when it is told to, and can run again', async (t) => {
  const metronome = await start(t)
  const stop = new AbortController()
  let count = 0
  await metronome.run(
    every(20, 1e6),
    performance.now(),
    () => {
      if (++count === 3) stop.abort()
    },
    stop.signal,
  )
  assert.equal(count, 3)
  await metronome.run(every(1, 5), performance.now(), () => count++, never)
  assert.equal(count, 8)
})
