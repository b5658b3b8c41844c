import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { runCode } from '../test/fixtures/child.ts'

/** The log is standard output: each test reads that of a process of its own. */
const started = (logFormat: string, logLevel = 'info') => `
  import { createLog } from 'src:log.ts'
  const log = createLog('server-2', { logFormat: '${logFormat}', logLevel: '${logLevel}' })
  const request = { method: 'GET', path: '/api/blocking', requestId: 'r1' }
  const job = { job: 'j1', task: 'primes', requestId: 'r1' }
`

/** Everything that can be said. */
const everything = `
  log.hit(request)
  log.done({ ...request, status: 200, ms: 12.34, left: false })
  log.done({ ...request, status: 200, ms: 5, left: true })
  log.jobStarted({ ...job, attempt: 1 })
  log.jobStarted({ ...job, attempt: 2 })
  log.jobEnded({ ...job, state: 'completed', runMs: 3000.04 })
  log.jobEnded({ ...job, state: 'failed', runMs: 1, detail: 'too large' })
  log.jobHandedBack(job)
  log.jobLost(job)
  log.listening('http://127.0.0.1:3000')
  log.draining('SIGTERM')
  log.redisLost('the connection closed')
  log.redisBack()
  log.trouble('queue', new Error('no'))
  log.stopped()
`

test('a line for people is the time, the instance, and what happened', async (t) => {
  const child = runCode(t, started('text') + everything)
  assert.equal(await child.ended(), 0)
  const lines = child.output().trimEnd().split('\n')
  for (const line of lines) assert.match(line, /^\d\d:\d\d:\d\d\.\d{3} server-2 /)
  assert.deepEqual(
    lines.map((line) => line.slice('00:00:00.000 '.length)),
    [
      'server-2 hit GET /api/blocking request=r1',
      'server-2 done GET /api/blocking 200 in 12.3 ms request=r1',
      'server-2 done GET /api/blocking client left in 5.0 ms request=r1',
      'server-2 start job=j1 task=primes request=r1',
      'server-2 start job=j1 task=primes attempt=2 request=r1',
      'server-2 end job=j1 task=primes completed in 3000.0 ms request=r1',
      'server-2 warn: end job=j1 task=primes failed in 1.0 ms request=r1: too large',
      'server-2 hand back job=j1 task=primes request=r1',
      'server-2 warn: lost job=j1 task=primes request=r1: its lock expired',
      'server-2 listening on http://127.0.0.1:3000',
      'server-2 draining (SIGTERM)',
      'server-2 warn: redis is away: the connection closed',
      'server-2 redis is back',
      'server-2 error: queue: no',
      'server-2 stopped',
    ],
  )
})

test('a line for machines is JSON with the same sentence, and fields', async (t) => {
  const child = runCode(t, started('json') + everything)
  assert.equal(await child.ended(), 0)
  const lines = child.output().trimEnd().split('\n')
  assert.equal(lines.length, 15)
  const [hit, done] = lines.map((line) => JSON.parse(line))
  const request = { method: 'GET', path: '/api/blocking', requestId: 'r1' }
  assert.partialDeepStrictEqual(hit, {
    instance: 'server-2',
    msg: 'hit GET /api/blocking request=r1',
    ...request,
  })
  assert.partialDeepStrictEqual(done, { ...request, status: 200, ms: 12.34, left: false })
  const age = Date.now() - Date.parse(hit.time)
  assert.ok(age >= 0 && age < 60_000, hit.time)
})

test('what a client sends can neither look like a line of ours nor command a terminal', async (t) => {
  const forged = String.raw`'/a\r\n00:00:00.000 server-2 stopped\u001b[2J\u2028\u0085é'`
  const child = runCode(t, `${started('text')} log.hit({ ...request, path: ${forged} })`)
  assert.equal(await child.ended(), 0)
  const path = String.raw`/a\u000d\u000a00:00:00.000 server-2 stopped\u001b[2J\u2028\u0085é`
  assert.equal(child.output().slice(13), `server-2 hit GET ${path} request=r1\n`)
})

test('only lines of the level asked for and above are written', async (t) => {
  const warn = runCode(t, started('text', 'warn') + everything)
  const silent = runCode(t, started('json', 'silent') + everything)
  assert.deepEqual([await warn.ended(), await silent.ended()], [0, 0])
  assert.equal(warn.output().match(/(warn|error): /g)?.length, 4)
  assert.equal(warn.output().split('\n').length, 5)
  assert.equal(silent.output(), '')
})

test('trouble that comes again and again is said once a second, each kind by itself', async (t) => {
  const child = runCode(
    t,
    `${started('text')}
    for (let i = 0; i < 1000; i++) {
      log.trouble('queue', new Error('first kind'))
      log.trouble('socket', 'second kind')
    }`,
  )
  assert.equal(await child.ended(), 0)
  const sentences = child.output().match(/error: .+/g)
  assert.deepEqual(sentences, ['error: queue: first kind', 'error: socket: second kind'])
})

test('what was logged just before the process exits is not lost', async (t) => {
  const child = runCode(
    t,
    `${started('text')}
    for (let i = 0; i < 20_000; i++) log.hit({ ...request, requestId: String(i) })
    process.exit(3)`,
  )
  assert.equal(await child.ended(), 3)
  const ids = child.output().match(/(?<=request=)\d+/g)
  assert.equal(ids?.length, 20_000)
  assert.equal(ids.at(-1), '19999')
})

test('after a flush, lines are out even while the event loop is blocked', async (t) => {
  const child = runCode(t, `${started('text')} log.hit(request); log.flush(); for (;;);`)
  await child.says(/hit GET \/api\/blocking/)
})

test('lines are out within moments while the process goes on', async (t) => {
  const child = runCode(t, `${started('text')} setInterval(() => {}, 1000); log.hit(request)`)
  await child.says(/hit GET \/api\/blocking/)
})

test('a reader that goes away does not end the process', async (t) => {
  const child = runCode(
    t,
    `${started('text')}
    log.listening('here')
    process.on('message', () => {
      for (let i = 0; i < 1000; i++) log.hit(request)
      setTimeout(() => {
        log.flush()
        process.exit(0)
      }, 100)
    })`,
    { channel: true },
  )
  await child.says(/listening on here/)
  child.process.stdout?.destroy()
  child.process.send('go on')
  assert.equal(await child.ended(), 0)
})

test('a reader that stops reading costs lines, not memory, and no line is torn', async (t) => {
  const child = runCode(
    t,
    `${started('text')}
    const before = process.memoryUsage.rss()
    for (let i = 0; i < 400_000; i++) log.hit({ ...request, requestId: String(i) })
    process.send((process.memoryUsage.rss() - before) / 2 ** 20)
    process.once('message', () => log.flush().then(() => process.exit(0)))`,
    { channel: true },
  )
  child.process.stdout?.pause()
  const [grownMiB] = await once(child.process, 'message')
  child.process.stdout?.resume()
  child.process.send('read on')
  assert.equal(await child.ended(), 0)
  const ids = child.output().match(/^[\d:.]{12} server-2 hit GET \/api\/blocking request=\d+$/gm)
  const lines = child.output().trimEnd().split('\n')
  assert.equal(ids?.length, lines.length)
  assert.ok(lines.length > 10_000 && lines.length < 400_000, `${lines.length} lines`)
  assert.ok(grownMiB < 150, `${grownMiB} MiB`)
})

test('the silent log says nothing', async (t) => {
  const code = everything.replaceAll('log.', 'silentLog.')
  const child = runCode(
    t,
    `${started('text')} import { silentLog } from 'src:log.ts'; ${code} silentLog.flush()`,
  )
  assert.equal(await child.ended(), 0)
  assert.equal(child.output(), '')
})
