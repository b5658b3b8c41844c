import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { until } from '../../test/fixtures/until.ts'
import { nowMs } from './executor.ts'
import { askCpuMs, type Beginning, cpuSince, ownIds, readCpuMs } from './thread-cpu.ts'

/** A thread that tells where it begins, and then runs this code for ever. */
async function startThread(t: TestContext, code: string) {
  const source = `
    import { parentPort } from 'node:worker_threads'
    import { pbkdf2Sync } from 'node:crypto'
    import { ownCpuMs, ownIds } from '${new URL('./thread-cpu.ts', import.meta.url)}'
    parentPort.postMessage({ ...ownIds(), startedAt: ${nowMs()}, threadCpuMs: ownCpuMs() })
    ${code}`
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`))
  atEnd(t, () => thread.terminate())
  const [beginning] = (await once(thread, 'message')) as [Beginning]
  return { thread, beginning }
}

const onLinux = { skip: process.platform !== 'linux' && 'the system tells it on Linux only' }

test('the system and the thread itself tell the same CPU time', onLinux, async (t) => {
  const { thread, beginning } = await startThread(t, 'for (;;);')
  const read = () => readCpuMs(beginning.systemId) ?? 0
  await until('it has computed', () => read() > beginning.threadCpuMs + 100)
  const before = read()
  // It has a moment to answer, which may be too short on a busy machine.
  const told = await until('it answers', () => askCpuMs(thread))
  assert.ok(told >= before - 1 && told <= read() + 15, `${before} ${told} ${read()}`)
})

test(
  'in native code a thread does not answer, and the system tells nevertheless',
  onLinux,
  async (t) => {
    const code = `pbkdf2Sync('a', 'b', 3_000_000, 64, 'sha512')`
    const { thread, beginning } = await startThread(t, code)
    const { systemId, threadCpuMs } = beginning
    await until('it computes', () => (readCpuMs(systemId) ?? 0) > threadCpuMs + 50)
    assert.equal(await askCpuMs(thread), undefined)
    const cpuMs = await cpuSince(beginning, [thread])
    assert.ok(cpuMs >= 50 && cpuMs <= nowMs() - beginning.startedAt, `${cpuMs} ms`)
  },
)

test('where the system does not tell, the thread is asked; of one that has ended, its time is taken', async (t) => {
  const { thread, beginning } = await startThread(t, 'for (;;);')
  const unknown = { ...beginning, systemId: 0 }
  assert.equal(readCpuMs(0), undefined)
  // The system counts it now and then: a thread that has just begun may have used nothing yet.
  const asked = await until('the thread has used some', async () => {
    const ms = await cpuSince(unknown, [thread])
    return ms > 0 && ms
  })
  assert.ok(asked <= nowMs() - beginning.startedAt + 10, `${asked} ms`)
  await thread.terminate()
  assert.equal(await askCpuMs(thread), undefined)
  const wall = nowMs() - beginning.startedAt
  const estimate = await cpuSince(unknown, [thread])
  assert.ok(estimate >= wall && estimate < wall + 1000, `${estimate} of ${wall} ms`)
})

test('a system id that is of no thread of this process tells nothing', () => {
  assert.equal(readCpuMs(2 ** 31 - 1), undefined)
  assert.equal(ownIds().threadId, 0)
})
