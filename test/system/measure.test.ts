import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setInterval as every } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { RequestRecord } from '../../src/measure/records/record.ts'
import { readRecords } from '../../src/measure/records/run-folder.ts'
import type { ConditionSummary, Summary } from '../../src/measure/summary/schema.ts'
import { atEnd } from '../fixtures/at-end.ts'
import { until } from '../fixtures/until.ts'
import { environment, type Finished, startStack, temporaryFolder, unblock } from './stack.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
const scripted = fileURLToPath(new URL('../fixtures/scripted-server.ts', import.meta.url))

type Printed = Summary & ConditionSummary & { folder: string }

function printed({ code, stdout, stderr }: Finished): Printed {
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

/** Runs `unblock measure` without waiting for it. */
function startMeasure(t: TestContext, args: readonly string[], dir: string) {
  const child = spawn(process.execPath, [cli, 'measure', ...args], {
    cwd: dir,
    env: environment(dir),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  atEnd(t, () => child.kill('SIGKILL'))
  return { child, finished: finish(child) }
}

async function finish(child: ChildProcess): Promise<Finished> {
  const finished = { stdout: '', stderr: '' }
  child.stdout!.setEncoding('utf8').on('data', (chunk) => (finished.stdout += chunk))
  child.stderr!.setEncoding('utf8').on('data', (chunk) => (finished.stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, ...finished }
}

/** The service whose latencies are known beforehand. */
async function startScripted(t: TestContext): Promise<string> {
  const child = spawn(process.execPath, [scripted], { stdio: ['ignore', 'pipe', 'inherit'] })
  atEnd(t, async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data')
  return `http://127.0.0.1:${Number(port)}`
}

/** A service that answers every path but the contract's jobs at once, as a light one of somebody else would. */
async function startForeign(t: TestContext): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = []
  const server = createServer(({ url = '' }, response) => {
    paths.push(url)
    const isKnown = url === '/' || /^\/api\/(non-)?blocking\b/.test(url)
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'text/plain' }).end('done')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(t, async () => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths }
}

/** Latencies of a client that sends its next request when the last one is answered, as most load tools do. */
async function closedLoop(url: string, ms: number): Promise<number[]> {
  const latencies: number[] = []
  const end = performance.now() + ms
  while (performance.now() < end) {
    const sent = performance.now()
    const [response] = await once(get(url), 'response')
    await once(response.resume(), 'end')
    latencies.push(performance.now() - sent)
  }
  return latencies.sort((a, b) => a - b)
}

const rank = (ascending: number[], share: number) =>
  ascending[Math.ceil(ascending.length * share) - 1]!

test('a freeze is measured as long as its users feel it, where a client that waits for answers misses it', async (t) => {
  const url = await startScripted(t)
  const args = ['--target', url, '--executor', 'event-loop', '--rate', '100', '--duration', '12s']
  const { latencyMs, requests } = printed(
    await unblock(['measure', ...args, '--json'], temporaryFolder(t)),
  )
  assert.deepEqual(requests, { sent: 1200, completed: 1200, failed: 0, refused: 0 })
  // Request k is due after 10 k ms. From k = 1000 on it is answered at 12 s: after 2000, 1990, … 10 ms.
  assert.ok(latencyMs.p50! < 25, `${latencyMs.p50} ms`)
  const analytic = { p50: 5, p90: 800, p99: 1880, p999: 1990, max: 2000 }
  for (const [name, ms] of Object.entries(analytic)) {
    const seen = latencyMs[name as keyof typeof analytic]!
    // On a machine that runs other tests; by itself it is within 2% (npm run bench -- freeze).
    assert.ok(Math.abs(seen - ms) < 0.02 * ms + 30, `${name}: ${seen} instead of ${ms} ms`)
  }

  const again = await startScripted(t)
  const misled = await closedLoop(`${again}/api/blocking`, 12_000)
  assert.ok(rank(misled, 0.99) < 100, `p99 ${rank(misled, 0.99)} ms`)
  assert.ok(rank(misled, 1) > 1000) // one request of more than a thousand
})

test('a generator that gets too little of a CPU voids its run, and says so', async (t) => {
  const { url } = await startForeign(t)
  const dir = temporaryFolder(t)
  const args = ['--target', url, '--rate', '200', '--duration', '4s', '--json']
  const { child, finished } = startMeasure(t, args, dir)
  // As cpulimit does it: of every 100 ms it may run for 10.
  const stop = new AbortController()
  child.once('exit', () => stop.abort())
  const limiting = (async () => {
    let turn = 0
    for await (const _ of every(10, undefined, { signal: stop.signal }))
      child.kill(turn++ % 10 === 0 ? 'SIGCONT' : 'SIGSTOP')
  })().catch(() => {})
  const { code, stdout } = await finished
  await limiting
  const summary: Printed = JSON.parse(stdout)
  assert.equal(code, 1)
  assert.match(summary.void!, /late/)
  assert.match(summary.verdict.join(' '), /void/)
})

test('three executors and two scales are measured on a stack that is started, scaled and stopped', async (t) => {
  const dir = temporaryFolder(t)
  writeFileSync(
    join(dir, 'mine.yaml'),
    `
task: primes
params: { limit: 1000000 }
servers: [1, 2]
rates: [4]
warmUp: 500ms
duration: 3s
bystander: { rate: 40 }
`,
  )
  const summary = printed(await unblock(['measure', 'mine.yaml', '--json', '--out', 'run'], dir))
  const keys = summary.conditions.map(({ key }) => key).sort()
  const executors = ['event-loop', 'queue', 'thread']
  const scales = ['1-server', '2-servers']
  assert.deepEqual(
    keys,
    executors.flatMap((each) => scales.map((scale) => `${each}-${scale}`)),
  )
  for (const condition of summary.conditions) {
    const { key, requests, cpu, shares, runMs, bystander, executor, servers } = condition
    assert.equal(requests.sent, 12, key)
    assert.equal(requests.completed, 12, key)
    assert.equal(cpu?.source, 'metrics')
    // A task takes CPU time for as long as it runs, and not longer.
    assert.ok(
      cpu.perTaskS! > 0.01 && cpu.perTaskS! * 1000 <= runMs!.max! * 1.2,
      `${key} ${cpu.perTaskS}`,
    )
    const names = Object.keys(shares.servers)
    assert.ok(names.length === (servers === 1 ? 1 : 2), `${key}: ${names}`)
    assert.deepEqual(Object.keys(shares.workers), executor === 'queue' ? ['worker-1'] : [])
    assert.ok(bystander!.requests.completed > 80, key)
  }
  const find = (key: string) => summary.conditions.find((each) => each.key === key)!
  // While a task holds the only event loop, a bystander waits for it.
  const [frozen, queued] = [find('event-loop-1-server'), find('queue-1-server')]
  assert.ok(frozen.bystander!.latencyMs.max! > frozen.runMs!.p50! * 0.5)
  assert.ok(queued.acceptedMs!.p50! < queued.latencyMs.p50!)
  assert.ok(queued.startedMs!.p50! <= queued.latencyMs.p50!)
  assert.ok(queued.queueDepth !== null)
  assert.equal(find('thread-1-server').acceptedMs, null)

  const files = readdirSync(join(dir, 'run')).sort()
  const expected =
    'plots records.jsonl.gz report.html run.json samples.jsonl.gz stack.log summary.json'
  assert.deepEqual(files, expected.split(' '))
  const records: RequestRecord[] = await Array.fromAsync(readRecords(join(dir, 'run')))
  assert.ok(
    records.some(({ due, kind }) => due < 0 && kind === 'task'),
    'the warm-up is recorded',
  )
  // It has left nothing of its stack.
  assert.match(readFileSync(join(dir, 'run/stack.log'), 'utf8'), /stopped/)

  await t.test('the same figures come from the records again', async () => {
    const file = join(dir, 'run/summary.json')
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, '')
    const { code, stdout, stderr } = await unblock(['report', 'run'], dir)
    assert.equal(code, 0, stderr)
    assert.equal(readFileSync(file, 'utf8'), before)
    assert.match(stdout, /event-loop, 1 server.*Report: run\/report.html/s)
  })
})

test('a stack that runs already is measured as it is', async (t) => {
  const stack = await startStack(t, { servers: 2 })
  const args = ['--target', stack.url, '--executor', 'queue,thread', '--task', 'primes']
  const load = ['--param', 'limit=100000', '--rate', '20', '--duration', '2s']
  const summary = printed(await unblock(['measure', ...args, ...load, '--json'], stack.dir))
  assert.deepEqual(
    summary.conditions.map(({ key, requests, servers }) => [key, requests.completed, servers]),
    [
      ['queue', 40, null],
      ['thread', 40, null],
    ],
  )
  const [queue] = summary.conditions
  assert.equal(queue!.cpu?.source, 'vitals')
  assert.ok(queue!.cpu.processS > 0)
  assert.ok(queue!.queueDepth !== null)
  assert.ok(summary.target.jobs && summary.target.fleet && !summary.target.own)

  await t.test(
    'a parameter that the task does not take is an error before anything is sent',
    async () => {
      const wrong = [
        '--target',
        stack.url,
        '--rate',
        '1',
        '--param',
        'limit=1',
        '--param',
        'size=2',
      ]
      const { code, stderr, stdout } = await unblock(['measure', ...wrong], stack.dir)
      assert.equal(code, 1)
      assert.equal(stdout, '')
      assert.match(
        stderr,
        /^error: task primes: .*params\.limit must be an integer from 2 to 40000000/,
      )
      assert.match(stderr, /params\.size is not known here; known: limit/)
    },
  )
})

test('a service that knows no jobs is measured on what it answers', async (t) => {
  const { url, paths } = await startForeign(t)
  const dir = temporaryFolder(t)
  const args = ['--target', url, '--executor', 'queue', '--rate', '50', '--duration', '1s']
  const { requests, target, bystander } = printed(
    await unblock(['measure', ...args, '--json'], dir),
  )
  assert.deepEqual(requests, { sent: 50, completed: 50, failed: 0, refused: 0 })
  assert.ok(!target.jobs && !target.fleet)
  assert.equal(target.bystander, '/')
  assert.ok(bystander!.requests.completed > 0)
  assert.equal(paths.filter((path) => path === '/api/non-blocking').length, 50)
})

test('nothing is kept of a target that nobody answers at', async (t) => {
  const dir = temporaryFolder(t)
  const { url } = await startForeign(t)
  const closed = url.replace(/\d+$/, '1')
  const { code, stderr } = await unblock(['measure', '--target', closed, '--rate', '1'], dir)
  assert.equal(code, 1)
  assert.equal(stderr, `error: nothing answers at ${closed}: connection refused\n`)
  assert.ok(!existsSync(join(dir, '.unblock')))
})

test('Ctrl-C keeps what was measured, says that it is partial, and stops the stack', async (t) => {
  const dir = temporaryFolder(t)
  const args = ['--executor', 'thread,queue', '--task', 'primes', '--param', 'limit=100000']
  const load = ['--rate', '20', '--duration', '60s', '--out', 'run']
  const { child, finished } = startMeasure(t, [...args, ...load], dir)
  const log = join(dir, 'run/stack.log')
  await until('ten requests were sent', () => {
    if (!existsSync(log)) return false
    return [...readFileSync(log, 'utf8').matchAll(/hit GET \/api\/blocking/g)].length > 10
  })
  // From a terminal it comes twice: by itself, and through the command that npm has started.
  child.kill('SIGINT')
  child.kill('SIGINT')
  const { code, stdout } = await finished
  assert.equal(code, 130)
  assert.match(stdout, /^Partial: /m)
  assert.match(readFileSync(log, 'utf8'), /stopped/)
  const summary: Summary = JSON.parse(readFileSync(join(dir, 'run/summary.json'), 'utf8'))
  assert.equal(summary.state, 'partial')
  const [thread, queue] = summary.conditions
  assert.ok(thread!.requests.completed >= 5 && thread!.requests.completed < 1000)
  assert.equal(queue, undefined)
  assert.match(readFileSync(join(dir, 'run/report.html'), 'utf8'), /partial/i)
})

test('a run that was killed can be reported as far as it came', async (t) => {
  const { url } = await startForeign(t)
  const dir = temporaryFolder(t)
  const args = ['--target', url, '--rate', '100', '--duration', '60s', '--out', 'run']
  const { child, finished } = startMeasure(t, args, dir)
  const records = join(dir, 'run/records.jsonl.gz')
  await until(
    'records are on disk',
    () => existsSync(records) && readFileSync(records).length > 1000,
  )
  child.kill('SIGKILL')
  await finished
  const { requests, state } = printed(await unblock(['report', 'run', '--json'], dir))
  assert.equal(state, 'partial')
  assert.ok(requests.completed > 50, `${requests.completed}`)
})

test('where nothing completed there is nothing that can be used: exit code 1', async (t) => {
  const server = createServer((_request, response) => response.writeHead(500).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(t, async () => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const args = ['--target', url, '--rate', '20', '--duration', '1s', '--json']
  const { code, stdout } = await unblock(['measure', ...args], temporaryFolder(t))
  assert.equal(code, 1)
  const { requests, reasons }: Printed = JSON.parse(stdout)
  assert.equal(requests.failed, 20)
  assert.deepEqual(reasons, { 'status 500': 20 })
})

test('a trial begins when the service has done with what clients of the one before gave up', async (t) => {
  const dir = temporaryFolder(t)
  writeFileSync(
    join(dir, 'mine.yaml'),
    `
task: primes
executors: [event-loop, thread]
versions:
  - { name: heavy, params: { limit: 2000000 } }
  - { name: light, params: { limit: 1000 } }
rates: [8]
duration: 2s
deadline: 1s
giveUp: 1s
`,
  )
  const summary = printed(await unblock(['measure', './mine.yaml', '--json', '--out', 'run'], dir))
  const find = (key: string) => summary.conditions.find((each) => each.key === key)!
  assert.ok((find('event-loop-heavy').reasons['gave up'] ?? 0) > 0)
  // By itself it takes a few milliseconds; behind what was given up it would take seconds.
  const { latencyMs, requests, bystander } = find('event-loop-light')
  assert.deepEqual(requests, { sent: 16, completed: 16, failed: 0, refused: 0 })
  assert.ok(latencyMs.p50! < 250, `${latencyMs.p50} ms`)
  assert.equal(bystander!.requests.failed, 0)
})
