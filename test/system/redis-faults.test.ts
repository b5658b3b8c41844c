import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { atEnd } from '../fixtures/at-end.ts'
import { startRedis } from '../fixtures/redis.ts'
import { testTasks } from '../fixtures/tasks.ts'
import { until } from '../fixtures/until.ts'
import { startInstance } from './instance.ts'

/** What Redis can do to a service: for each, what was accepted is done, and nobody waits or shouts. */

/** Lets Redis work, and at the end of the fault undoes it. */
interface Fault {
  name: string
  begin(): unknown
  end(): unknown
  /** How long it lasts. */
  ms: number
}

const away = 503
// A worker holds a job for 8 s without Redis; then it is another's.
const beyondLockMs = 9500

describe('a server and a worker', async () => {
  const t = { after }
  const redis = await startRedis(t)
  const tasks = await testTasks(t, 'echo', 'gate')
  const env = { TASKS_DIR: tasks.tasksDir, THREADS: '2' }
  const server = await startInstance(t, 'server', redis.url, env)
  const worker = await startInstance(t, 'worker', redis.url, env)
  const admin = new Redis({ path: redis.url.slice('unix:'.length), retryStrategy: () => 50 })
  admin.on('error', () => {})
  atEnd(t, () => admin.disconnect())
  for (const { status } of [server, worker])
    await until('it is ready', async () => (await status('/readyz')) === 200)

  async function ask(url: string, init: RequestInit = {}) {
    const start = performance.now()
    const response = await fetch(server.url + url, init)
    // biome-ignore lint/suspicious/noExplicitAny: the contract is checked elsewhere
    const body = (await response.json()) as any
    return { status: response.status, ms: performance.now() - start, body }
  }
  const queue = (query: string) => ask(`/api/non-blocking?${query}`)

  /** Every job is refused at once, everything else goes on, and there is little to read in the logs. */
  async function refusedMeanwhile(name: string, file: string, ms: number): Promise<void> {
    const before = [server, worker].map((each) => each.lines())
    const start = performance.now()
    await until(
      `${name} is noticed`,
      async () => (await queue('task=echo&value=x')).status === away,
    )
    // The job that runs ends while Redis is in trouble, and cannot be written down.
    await writeFile(file, '')
    let asked = 0
    while (performance.now() < start + ms) {
      const { status, ms: took } = await queue(`task=echo&value=${asked++}`)
      assert.equal(status, away, name)
      assert.ok(took < 1500, `${name}: refused after ${took} ms`)
      const light = await ask('/api/tasks')
      assert.equal(light.status, 200, name)
      const inside = await ask('/api/blocking?task=echo&value=1')
      assert.equal(inside.status, 200, name)
      await sleep(100)
    }
    const spentS = (performance.now() - start) / 1000
    for (const [i, each] of [server, worker].entries()) {
      const lines = each.log().split('\n').slice(before[i])
      const errors = lines.filter((line) => / (warn|error): /.test(line))
      assert.ok(errors.length <= 10 * spentS, `${name}: in ${spentS} s\n${errors.join('\n')}`)
    }
  }

  let files = 0
  async function checkFault({ name, begin, end, ms }: Fault): Promise<void> {
    const file = path.join(tasks.tasksDir, `open-${++files}`)
    const running = (await queue(`task=gate&file=${encodeURIComponent(file)}`)).body.job.id
    await until('it runs', async () => {
      const { body } = await ask(`/api/jobs/${running}`)
      return body.state === 'active'
    })
    // More than fit beside the one that runs: some wait.
    const accepted = new Map<string, string>([[running, 'open']])
    for (let i = 0; i < 20; i++)
      accepted.set((await queue(`task=echo&value=${i}`)).body.job.id, String(i))

    await begin()
    await refusedMeanwhile(name, file, ms).finally(end)
    const back = performance.now()
    await until('jobs are accepted again', async () => {
      const { status, body } = await queue('task=echo&value=after')
      if (status === 202) accepted.set(body.job.id, 'after')
      return status === 202
    })
    const backMs = performance.now() - back
    assert.ok(backMs < 5000, `${name}: it took ${backMs} ms`)
    for (const [id, result] of accepted) {
      const { body } = await ask(`/api/jobs/${id}`, { headers: { prefer: 'wait=30' } })
      assert.equal(body.state, 'completed', `${name}: ${JSON.stringify(body)}`)
      assert.equal(body.result, result)
      assert.ok(body.attempts <= 2, `${name}: ${body.attempts} attempts`)
    }
  }

  const faults: Fault[] = [
    {
      name: 'a Redis that was killed',
      begin: () => redis.kill(),
      end: () => redis.restart(),
      ms: 2000,
    },
    {
      name: 'a Redis that hangs',
      begin: () => redis.freeze(),
      end: () => redis.thaw(),
      ms: 3000,
    },
    {
      name: 'a Redis without memory',
      begin: () => admin.config('SET', 'maxmemory', '1'),
      end: () => admin.config('SET', 'maxmemory', '0'),
      ms: 3000,
    },
    {
      name: 'a Redis that hung for longer than a worker may keep its job',
      begin: () => redis.freeze(),
      end: () => redis.thaw(),
      ms: beyondLockMs,
    },
  ]
  if (process.platform === 'linux')
    faults.push({
      name: 'a Redis whose disk is full',
      begin: () => redis.fillDisk(),
      end: () => redis.emptyDisk(),
      ms: 3000,
    })

  for (const fault of faults)
    test(`go on beside ${fault.name}: 503 at once, no noise, and what was accepted is done`, () =>
      checkFault(fault))
})
