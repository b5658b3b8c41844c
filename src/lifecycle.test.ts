import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { runCode } from '../test/fixtures/child.ts'

/** A process that runs, and calls `stop` when it is told to stop. */
async function startProcess(
  t: TestContext,
  stop: string,
  { deadlineMs = 20_000, underLauncher = false } = {},
) {
  const child = runCode(
    t,
    `import { createLog } from 'src:log.ts'
    import { stopWhenTold } from 'src:lifecycle.ts'
    const log = createLog('server-1', { logFormat: 'text', logLevel: 'info' })
    const lifecycle = stopWhenTold(${stop}, { log, deadlineMs: ${deadlineMs}, underLauncher: ${underLauncher} })
    lifecycle.told.then((reason) => console.log('told: ' + reason))
    setInterval(() => {}, 1000)
    log.listening('here')
    log.flush()
    lifecycle.ready()`,
    { channel: true },
  )
  await child.says(/listening on here/)
  return child
}

const orderly = `async (reason) => {
  await new Promise((resolve) => setTimeout(resolve, 50))
  console.log('stopped by ' + reason)
}`
const never = '() => new Promise(() => {})'

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} stops the process in order, and it exits with 0`, async (t) => {
    const child = await startProcess(t, orderly)
    child.process.kill(signal)
    assert.equal(await child.ended(), 0)
    const output = child.output()
    const order = [`draining (${signal})`, `told: ${signal}`, `stopped by ${signal}`]
    for (const line of order) assert.ok(output.includes(line), output)
    assert.match(output, /server-1 stopped/)
  })
}

test('a process that a launcher has started leaves the signals of the terminal to it', async (t) => {
  const child = await startProcess(t, orderly, { underLauncher: true })
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const)
    child.process.kill(signal)
  child.process.kill('SIGTERM')
  assert.equal(await child.ended(), 0)
  assert.match(child.output(), /stopped by SIGTERM/)
  assert.doesNotMatch(child.output(), /SIGINT|SIGHUP|SIGQUIT|SIGTSTP/)
})

test('a second signal ends it at once', async (t) => {
  const child = await startProcess(t, never)
  child.process.kill('SIGTERM')
  await child.says(/draining \(SIGTERM\)/)
  // One within a fifth of a second would be the same Ctrl-C, arriving twice.
  const again = setInterval(() => child.process.kill('SIGINT'), 50)
  assert.equal(await child.ended(), 130)
  clearInterval(again)
})

test('a stop that does not end in time is given up', async (t) => {
  const child = await startProcess(t, never, { deadlineMs: 100 })
  child.process.kill('SIGTERM')
  assert.equal(await child.ended(), 1)
  assert.match(child.output(), /error: stopping: not done after 100 ms, giving up/)
})

test('a stop that fails says why, and the exit code tells', async (t) => {
  const child = await startProcess(t, `async () => { throw new Error('still open') }`)
  child.process.kill('SIGTERM')
  assert.equal(await child.ended(), 1)
  assert.match(child.output(), /error: stopping: still open/)
})

test('the launcher is told when the process is ready', async (t) => {
  const child = runCode(
    t,
    `import { stopWhenTold } from 'src:lifecycle.ts'
    import { silentLog as log } from 'src:log.ts'
    setInterval(() => {}, 1000)
    stopWhenTold(${orderly}, { log, deadlineMs: 1000 }).ready()`,
    { channel: true },
  )
  const [message] = await once(child.process, 'message')
  assert.deepEqual(message, { type: 'ready' })
})

test('it stops when its launcher is gone', async (t) => {
  const child = await startProcess(t, orderly)
  child.process.disconnect()
  assert.equal(await child.ended(), 0)
  assert.match(child.output(), /stopped by launcher is gone/)
})

for (const [when, before, after] of [
  ['before the process listens to it', 'process.disconnect()', ''],
  ['before the process is ready', '', 'process.disconnect()'],
] as const) {
  test(`a launcher that is gone ${when} stops it, and does not break it`, async (t) => {
    const child = runCode(
      t,
      `import { stopWhenTold } from 'src:lifecycle.ts'
      import { silentLog as log } from 'src:log.ts'
      setInterval(() => {}, 1000)
      ${before}
      const lifecycle = stopWhenTold(${orderly}, { log, deadlineMs: 20_000 })
      ${after}
      lifecycle.ready()`,
      { channel: true },
    )
    assert.equal(await child.ended(), 0)
    assert.match(child.output(), /^stopped by launcher is gone\n$/)
  })
}

test('a launcher that dies while the process stops does not hurry it', async (t) => {
  const slow = `(reason) => new Promise((resolve) => process.once('SIGUSR2', resolve))`
  const child = await startProcess(t, slow)
  child.process.kill('SIGTERM')
  await child.says(/draining/)
  child.process.disconnect()
  child.process.kill('SIGUSR2')
  assert.equal(await child.ended(), 0)
  assert.equal(child.output().match(/draining/g)?.length, 1)
})
