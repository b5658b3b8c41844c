import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { settings } from '../../src/config.ts'
import type { Summary } from '../../src/measure/summary/schema.ts'
import { composeKill } from '../../src/page/scale/commands.ts'
import { type Kind, LightLoad } from '../chaos/light-load.ts'
import { folder } from '../fixtures/folder.ts'
import { docker, missing, Stack } from './stack.ts'

const run = promisify(execFile)

const skip = await missing()
if (skip) console.log(`SKIPPED: the Compose tests did not run, because ${skip}`)

const light = '/api/tasks'
/** What must not fail while it is scaled: reading, queueing and tiny work, and work that takes a second. */
const mix: readonly Kind[] = [
  { name: 'GET tasks', share: 50, method: 'GET', path: light, right: 200 },
  ...[
    { name: 'POST blocking', path: '/api/blocking', right: 200 },
    { name: 'POST non-blocking', path: '/api/non-blocking', right: 202 },
  ].map((kind) => ({
    ...kind,
    share: 24,
    method: 'POST' as const,
    body: '{"task":"primes","params":{"limit":100}}',
  })),
  {
    name: 'GET blocking, long',
    share: 2,
    method: 'GET',
    path: '/api/blocking?task=primes&limit=1000000',
    right: 200,
  },
]
const stack = new Stack()

describe('the stack in containers', { skip: skip ?? false, timeout: 300_000 }, () => {
  before(async () => {
    await stack.open()
    await stack.scale(3)
  })

  after(async () => {
    await stack.compose('down', '--volumes', '--timeout', '5')
  })

  it('comes up healthy with three servers', async () => {
    const services: string[] = []
    for (const container of await eventually(healthy)) {
      services.push(container.Name.slice(`/${stack.project}-`.length))
    }
    assert.deepEqual(services.sort(), [
      'nginx-1',
      'redis-1',
      'server-1',
      'server-2',
      'server-3',
      'worker-1',
    ])
  })

  it('spreads requests over the three servers', async () => {
    const servers = new Set<string>()
    for (let i = 0; i < 60; i++) {
      const { status, server } = await stack.get(light)
      assert.equal(status, 200)
      servers.add(server)
    }
    assert.deepEqual([...servers].sort(), ['server-1', 'server-2', 'server-3'])
  })

  it('completes a queued job on a worker', async () => {
    const queued = await stack.get('/api/non-blocking?task=primes&limit=100000')
    assert.equal(queued.status, 202)
    const { body: job } = await stack.get(`/api/jobs/${queued.body.job.id}`, { prefer: 'wait=10' })
    assert.equal(job.state, 'completed')
    assert.equal(job.worker, 'worker-1')
  })

  it('serves the page, which has no control here, and the commands instead', async () => {
    const page = await fetch(stack.url)
    const html = await page.text()
    assert.match(html, /data-control="none"/)
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html) ?? []
    assert.equal((await fetch(stack.url + script)).status, 200)
    assert.equal((await stack.get('/control')).status, 404)
  })

  it('tells the fleet live, from the threads that watch', async () => {
    const leaving = new AbortController()
    const answer = await fetch(`${stack.url}/api/fleet/events`, { signal: leaving.signal })
    assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    const { value } = await answer.body!.pipeThrough(new TextDecoderStream()).getReader().read()
    assert.match(value ?? '', /retry: \d+/)
    leaving.abort()
  })

  it("starts a worker again that was killed by the page's command", async () => {
    const before = await stack.startedAt('worker-1')
    const [docker = '', compose = '', ...args] = composeKill('worker-1')!.split(' ')
    assert.deepEqual([docker, compose], ['docker', 'compose'])
    const script = args.slice(args.indexOf('-c') + 1).join(' ')
    // Its own shell is killed, too: that is no success.
    await stack
      .compose(...args.slice(0, args.indexOf('-c') + 1), script.replaceAll("'", ''))
      .catch(() => {})
    await eventually(async () => assert.notEqual(await stack.startedAt('worker-1'), before))
    await eventually(healthy)
  })

  it('is measured by unblock measure as it is: jobs to their end, the fleet, the queue', async (t) => {
    const dir = await folder(t)
    const args = ['measure', '--target', stack.url, '--executor', 'thread,queue', '--json']
    const load = ['--task', 'primes', '--param', 'limit=1000', '--rate', '20', '--duration', '2s']
    const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
    const { stdout } = await run(process.execPath, [cli, ...args, ...load], { cwd: dir })
    const { conditions, target }: Summary = JSON.parse(stdout)
    assert.deepEqual(
      conditions.map(({ key, requests }) => [key, requests.completed]),
      [
        ['thread', 40],
        ['queue', 40],
      ],
    )
    assert.ok(target.jobs && target.fleet)
    assert.equal(conditions[1]?.cpu?.source, 'vitals')
    assert.equal(Object.keys(conditions[0]?.shares.servers ?? {}).length, 3)
  })

  it("has a user's own tasks, by default the examples", async () => {
    const { status, body } = await stack.get('/api/blocking?task=option-price&paths=1000')
    assert.equal(status, 200)
    assert.ok(body.result.price > 0)
    const queued = await stack.get('/api/non-blocking?task=option-price&paths=1000')
    const { body: job } = await stack.get(`/api/jobs/${queued.body.job.id}`, { prefer: 'wait=10' })
    assert.equal(job.state, 'completed')
  })

  it('passes every setting that is set on to servers and workers, and no others', async () => {
    const fixed = {
      HOST: undefined, // HOST and PORT are the image's
      PORT: undefined,
      SOCKET_PATH: undefined,
      INSTANCE: undefined,
      FLEET_LISTEN: undefined, // a server's only
      REDIS_URL: 'redis://redis:6379',
      TASKS_DIR: '/tasks',
    }
    const names = Object.values(settings).map(({ env }) => env)
    const given = Object.fromEntries(names.map((name) => [name, `my-${name}`]))
    const withGiven = JSON.parse(await stack.composeWith(given, 'config', '--format', 'json'))
    const without = Object.fromEntries(names.map((name) => [name, undefined]))
    const withNone = JSON.parse(await stack.composeWith(without, 'config', '--format', 'json'))
    for (const service of ['server', 'worker']) {
      const ofRole =
        service === 'server' ? { FLEET_LISTEN: '0.0.0.0:3001' } : { ADMIN_TOKEN: undefined }
      const expected = { ...fixed, ...ofRole }
      const passedOn = JSON.parse(JSON.stringify({ ...given, ...expected })) // drops what is undefined
      assert.deepEqual(withGiven.services[service].environment, passedOn)
      for (const name of names) {
        const { [name]: value } = withNone.services[service].environment
        assert.equal(value ?? undefined, expected[name as keyof typeof expected], name)
      }
    }
  })

  it('runs every container without root, capabilities or a writable root, and with limits', async () => {
    for (const { Name: name, Config, HostConfig } of await stack.containers()) {
      assert.match(Config.User, /^[1-9]\d*:[1-9]\d*$/, `${name} runs as ${Config.User || 'root'}`)
      assert.equal(HostConfig.ReadonlyRootfs, true, `${name} has a writable root`)
      assert.deepEqual(HostConfig.CapDrop, ['ALL'], name)
      assert.ok(HostConfig.SecurityOpt.includes('no-new-privileges:true'), name)
      assert.equal(HostConfig.Privileged, false, name)
      assert.ok(HostConfig.NanoCpus > 0 && HostConfig.Memory > 0, `${name} has no limits`)
      assert.notEqual(await docker('exec', name.slice(1), 'id', '-u'), '0', name)
      await assert.rejects(
        docker('exec', name.slice(1), 'touch', '/etc/x'),
        /Read-only file system/,
      )
    }
  })

  it('keeps Redis off the host and off the network that nginx is on', async () => {
    const [redis] = await stack.containers('redis')
    assert.deepEqual(Object.values(redis!.NetworkSettings.Ports).filter(Boolean), [])
    const networks = redis!.NetworkSettings.Networks
    assert.deepEqual(Object.keys(networks), [`${stack.project}_backend`])
    const address = networks[`${stack.project}_backend`]!.IPAddress
    const [byName, byAddress, control] = await connectFromEdge(
      ['redis', 6379],
      [address, 6379],
      // The same probe does reach what is on that network.
      ['server', 3000],
    )
    assert.match(byName!, /^(ENOTFOUND|EAI_AGAIN|no answer)$/)
    assert.match(byAddress!, /^(ENETUNREACH|EHOSTUNREACH|no answer)$/)
    assert.equal(control, 'connected')
  })

  it('scales up to five servers: one takes traffic within 3 s of its start, each within 3 s of its readiness', async (t) => {
    // Reading only: work beside it would measure how two cores are shared.
    const reading = mix.slice(0, 1)
    await using load = new LightLoad({ url: stack.url, rate: 50, mix: reading })
    const begunAt = Date.now()
    const scaling = stack.scale(5)
    const names = ['server-4', 'server-5']
    const answered = await Promise.all(names.map((name) => load.nextFrom(name)))
    await scaling
    await load.stop()
    failsNone(load, reading)
    const served: number[] = []
    for (const [i, name] of names.entries()) {
      const container = `${stack.project}-${name}`
      const startedMs = Date.parse(await stack.startedAt(name)) - begunAt
      const log = await docker('logs', '--timestamps', container)
      const [listening = ''] = /^\S+(?= .*listening on)/m.exec(log) ?? []
      const noticedMs = begunAt + answered[i]! - Date.parse(listening)
      assert.ok(noticedMs <= 3000, `nginx noticed ${name} after ${noticedMs} ms`)
      served.push(Math.round(answered[i]! - startedMs))
      t.diagnostic(
        `${name}: Docker started it ${startedMs} ms after the command, it answered ${served.at(-1)} ms later`,
      )
    }
    assert.ok(Math.min(...served) <= 3000, `it took ${served} ms`)
  })

  it('fails no request of any kind while it scales down and up again', async (t) => {
    await using load = new LightLoad({ url: stack.url, rate: 50, mix })
    await stack.scale(2)
    await stack.scale(5)
    await sleep(500)
    await load.stop()
    t.diagnostic(`${load.made} requests`)
    failsNone(load)
  })

  it('scales down to one server and drops no request', async (t) => {
    await using load = new LightLoad({ url: stack.url, rate: 50, mix })
    await sleep(500)
    await stack.scale(1)
    await sleep(1500) // while nginx learns who is gone
    await load.stop()
    t.diagnostic(`${load.made} requests`)
    failsNone(load)
    assert.equal((await stack.containers('server')).length, 1)
  })

  it('answers nothing but 200 and 503 with Retry-After while the only server is replaced', async (t) => {
    const counts: Record<string, number> = {}
    let replacing = true
    const requests = (async () => {
      while (replacing) {
        const { status, headers } = await fetch(stack.url + light)
        const answer =
          status === 503 ? `503, Retry-After ${headers.get('retry-after')}` : `${status}`
        counts[answer] = (counts[answer] ?? 0) + 1
        await sleep(5)
      }
    })()
    await stack.compose('restart', 'server')
    await eventually(async () => assert.equal((await stack.get(light)).status, 200))
    replacing = false
    await requests
    t.diagnostic(JSON.stringify(counts))
    assert.deepEqual(Object.keys(counts).sort(), ['200', '503, Retry-After 1'])
  })

  it('goes down gracefully: every process ends by itself, with exit code 0', async () => {
    const since = String(Date.now() / 1000)
    const { length } = await stack.containers()
    await stack.compose('down')
    const ended = await docker(
      ...['events', '--since', since, '--until', String(Date.now() / 1000)],
      ...['--filter', 'event=die', '--filter', `label=com.docker.compose.project=${stack.project}`],
      ...['--format', '{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}'],
    )
    const lines = ended.split('\n')
    assert.equal(lines.length, length)
    assert.deepEqual(
      lines.filter((line) => !line.endsWith(' 0')),
      [],
    )
  })
})

/** None of a load that has ended, of which there was some of each kind. */
function failsNone(load: LightLoad, kinds: readonly Kind[] = mix): void {
  assert.deepEqual([...load.failures, ...load.refusals], [])
  for (const { name, right } of kinds)
    assert.ok((load.statuses.get(`${name} ${right}`) ?? 0) > 0, `too few requests: no ${name}`)
}

/** All containers, once every one is healthy; else a failure that says which is not. */
async function healthy() {
  const containers = await stack.containers()
  for (const { Name, State } of containers) assert.equal(State.Health?.Status, 'healthy', Name)
  return containers
}

/** The first success of `check`, tried for 20 s. */
async function eventually<T>(check: () => Promise<T>): Promise<T> {
  for (const deadlineMs = performance.now() + 20_000; ; await sleep(200)) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > deadlineMs) throw error
    }
  }
}

/** TCP connections from a container on nginx's network only: for each `connected`, or why not. */
async function connectFromEdge(...targets: [host: string, port: number][]): Promise<string[]> {
  const script = `
    const { connect } = require('node:net')
    const probe = ([host, port]) => new Promise((resolve) => {
      connect({ host, port }, () => resolve('connected')).on('error', (error) => resolve(error.code))
      setTimeout(resolve, 2000, 'no answer')
    })
    Promise.all(${JSON.stringify(targets)}.map(probe)).then((results) => {
      console.log(JSON.stringify(results))
      process.exit()
    })`
  const image = process.env.UNBLOCK_IMAGE ?? ''
  const output = await docker(
    ...['run', '--rm', '--network', `${stack.project}_edge`, '--entrypoint', 'node'],
    // One quick question: beyond this network there may be no name server that answers.
    ...['--dns-option', 'timeout:1', '--dns-option', 'attempts:1'],
    ...[image, '-e', script],
  )
  return JSON.parse(output)
}
