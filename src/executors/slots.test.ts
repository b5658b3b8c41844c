import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createSlots, slotCount, slotMemory } from './slots.ts'

const begin = { startedAt: 1_700_000_000_000.25, threadCpuMs: 1.5 }

/** Both sides of one memory. */
function sides() {
  const memory = slotMemory()
  return { memory, loop: createSlots(memory), thread: createSlots(memory) }
}

test('what a thread notes of a run is there on the other side', () => {
  const { loop, thread } = sides()
  const slot = loop.take()
  assert.equal(loop.begun(slot), undefined)
  assert.ok(thread.begin(slot, begin))
  assert.deepEqual(loop.begun(slot), begin)
  assert.ok(!loop.isOver(slot))
  thread.end(slot, { ok: true, runMs: 2.5, cpuMs: 2 })
  assert.ok(loop.isOver(slot))
  assert.deepEqual(loop.begun(slot), begin)
  assert.deepEqual(loop.spent(slot), { ok: true, runMs: 2.5, cpuMs: 2 })
  loop.free(slot)
  const next = loop.take()
  assert.ok(thread.begin(next, begin))
  thread.end(next, { ok: false, runMs: 1, cpuMs: 1 })
  assert.ok(!loop.spent(next).ok)
})

test('a run that was taken back does not begin; one that has begun is not taken back', () => {
  const { loop, thread } = sides()
  const [first, second] = [loop.take(), loop.take()]
  assert.notEqual(first, second)
  assert.ok(loop.takeBack(first))
  assert.ok(!thread.begin(first, begin))
  assert.ok(thread.begin(second, begin))
  assert.ok(!loop.takeBack(second))
  thread.end(second, { ok: true, runMs: 1, cpuMs: 1 })
  assert.ok(!loop.takeBack(second))
})

test('the slot of a run that was taken back is free when the thread has come to it', () => {
  const { loop, thread } = sides()
  const all = Array.from({ length: slotCount }, () => loop.take())
  assert.ok(!loop.hasFree())
  assert.ok(loop.takeBack(all[3]!))
  assert.ok(!loop.hasFree())
  thread.begin(all[3]!, begin)
  assert.ok(loop.hasFree())
  assert.equal(loop.take(), all[3])
})

test('a run begins or is taken back, never both, however close the two come', async (t) => {
  const memory = slotMemory()
  const loop = createSlots(memory)
  const all = Array.from({ length: slotCount }, () => loop.take())
  const slot = all[0]!
  loop.free(slot) // the only one from now on
  const source = `
    import { workerData } from 'node:worker_threads'
    import { createSlots } from '${new URL('./slots.ts', import.meta.url)}'
    const slots = createSlots(workerData)
    for (let seen = 0, begun = 0; ; seen++) {
      slots.wait(seen)
      if (!slots.begin(${slot}, ${JSON.stringify(begin)})) continue
      slots.end(${slot}, { ok: true, runMs: ++begun, cpuMs: 0 })
    }`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: memory,
  })
  t.after(() => worker.terminate())
  let [begun, takenBack] = [0, 0]
  for (let round = 0; round < 500; round++) {
    await turnUntil(loop.hasFree)
    assert.equal(loop.take(), slot)
    loop.call()
    if (round % 10 === 0) await turnUntil(() => loop.isOver(slot))
    for (let steps = round % 10; steps > 0; steps--) performance.now()
    if (loop.takeBack(slot)) takenBack++
    else {
      begun++
      await turnUntil(() => loop.isOver(slot))
      assert.equal(loop.spent(slot).runMs, begun)
      loop.free(slot)
    }
  }
  assert.ok(begun >= 50 && takenBack > 0, `${begun} begun, ${takenBack} taken back`)
})

async function turnUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await nextTurn()
}
