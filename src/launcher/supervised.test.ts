import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../../test/fixtures/until.ts'
import { identify } from './identity.ts'
import { Output } from './output.ts'
import { type Failure, type Program, Supervised } from './supervised.ts'

/** Supervises a program of one line; `output` is what it has written. */
function supervise(t: TestContext, code: string, changes: Partial<Program> = {}) {
  const written: string[] = []
  const sink = {
    write: (lines: string | Uint8Array) => written.push(String(lines)) > 0,
    writableLength: 0,
    once() {},
  }
  const program: Program = {
    name: 'probe',
    command: process.execPath,
    args: ['-e', code],
    stopSignal: 'SIGTERM',
    ...changes,
  }
  const supervised = new Supervised(program, new Output(sink).source('probe'))
  t.after(() => supervised.kill())
  return { supervised, output: () => written.join('') }
}

const LIVES = `process.send({ type: 'ready' }); setInterval(() => {}, 1000)`

test('it is ready when the process says so, and stopped when it has ended', async (t) => {
  const { supervised } = supervise(t, LIVES)
  supervised.start()
  assert.equal(supervised.state, 'starting')
  assert.equal(await supervised.untilReady(), true)
  const pid = supervised.pid!
  await Promise.all([supervised.stop(), supervised.stop()])
  assert.equal(supervised.state, 'stopped')
  assert.throws(() => process.kill(pid, 0))
})

test('stopping before the start does nothing, and it can be started after', async (t) => {
  const { supervised } = supervise(t, LIVES)
  await supervised.stop()
  supervised.start()
  assert.equal(await supervised.untilReady(), true)
})

test('one that is killed starts again', async (t) => {
  const { supervised } = supervise(t, LIVES)
  supervised.start()
  await supervised.untilReady()
  const first = supervised.pid!
  process.kill(first, 'SIGKILL')
  const [how, delayMs] = await once(supervised, 'died')
  assert.equal(how, 'was killed by SIGKILL')
  assert.equal(delayMs, 100)
  assert.equal(supervised.state, 'restarting')
  assert.equal(await supervised.untilReady(), true)
  assert.notEqual(supervised.pid, first)
  assert.equal(supervised.restarts, 1)
})

test('stopping in the delay before a restart leaves it stopped', async (t) => {
  const { supervised } = supervise(t, `process.exit(1)`)
  supervised.start()
  await once(supervised, 'died')
  const ready = supervised.untilReady()
  await supervised.stop()
  assert.equal(await ready, false)
  assert.equal(supervised.state, 'stopped')
})

test('one that keeps dying is given up, with its last lines', async (t) => {
  const { supervised, output } = supervise(t, `console.log('a\\nb'); process.exit(3)`)
  supervised.start()
  const [failure] = (await once(supervised, 'failed')) as [Failure]
  assert.equal(failure.how, 'exited with code 3, 5 times in a row within seconds of its start')
  assert.deepEqual(failure.lines.slice(-2), ['a', 'b'])
  assert.equal(supervised.restarts, 4)
  assert.equal(output().match(/probe \| a\n/g)?.length, 5)
})

test('one that is made to crash starts again however often, for it does not die of itself', async (t) => {
  const { supervised } = supervise(t, LIVES)
  supervised.start()
  for (let crashes = 0; crashes < 6; crashes++) {
    await supervised.untilReady()
    const { pid } = supervised
    assert.deepEqual(await Promise.all([supervised.crash(), supervised.crash()]), [true, true])
    assert.equal(identify(pid!), undefined)
    assert.equal(supervised.state, 'restarting')
    assert.equal(await supervised.crash(), false)
  }
  assert.equal(await supervised.untilReady(), true)
  assert.equal(supervised.restarts, 6)
})

test('what is stopped, or is to end, is not made to crash', async (t) => {
  const { supervised } = supervise(t, `process.on('SIGTERM', () => {}); ${LIVES}`)
  assert.equal(await supervised.crash(), false)
  supervised.start()
  await supervised.untilReady()
  void supervised.stop()
  assert.equal(await supervised.crash(), false)
  assert.ok(identify(supervised.pid!))
})

test('one that says its settings are wrong is not started again, and its words are not shown twice', async (t) => {
  const { supervised, output } = supervise(t, `console.error('bad.ts: no'); process.exit(78)`)
  supervised.start()
  const [failure] = (await once(supervised, 'failed')) as [Failure]
  assert.deepEqual(
    [failure.misconfigured, failure.lines, supervised.restarts],
    [true, ['bad.ts: no'], 0],
  )
  assert.equal(output(), '')
})

test('why it is not ready is not shown when it is stopped before', async (t) => {
  const { supervised, output } = supervise(
    t,
    `console.error('bad.ts: no'); console.log('said'); setInterval(() => {}, 1000)`,
  )
  supervised.start()
  while (!output().includes('said')) await sleep(5)
  await supervised.stop()
  assert.equal(output(), 'probe | said\n')
})

test('a program that is not there fails', async (t) => {
  const isReady = async () => false
  const { supervised } = supervise(t, '', { command: '/nowhere/at-all', isReady })
  supervised.start()
  const [failure] = (await once(supervised, 'failed')) as [Failure]
  assert.match(failure.how, /ENOENT/)
})

test('one in a session of its own that ignores its stop signal is killed with all of its group', async (t) => {
  const child = `require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' })`
  const code = `process.on('SIGTERM', () => {}); console.log(${child}.pid); ${LIVES}`
  const { supervised, output } = supervise(t, code, { ownSession: true })
  supervised.start()
  await supervised.untilReady()
  void supervised.stop()
  await supervised.kill()
  const grandchild = Number(/probe \| (\d+)/.exec(output())?.[1])
  assert.ok(grandchild > 0)
  await until('what it had started has ended', () => identify(grandchild) === undefined)
})

test('one without a session of its own is killed alone: the group is that of its starter', async (t) => {
  const { supervised } = supervise(t, `process.on('SIGTERM', () => {}); ${LIVES}`)
  supervised.start()
  await supervised.untilReady()
  const { pid } = supervised
  assert.equal(identify(pid!)?.leads, false)
  void supervised.stop()
  await supervised.kill()
  assert.equal(identify(pid!), undefined)
})
