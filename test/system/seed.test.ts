import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../fixtures/until.ts'
import { type RunningStack, startStack } from './stack.ts'

/** What the project began with: blocking and non-blocking requests, one server and several. */

// About a second or two of one core: long beside a light request, short beside a test.
const heavy = 'task=primes&limit=5000000'

interface Timed {
  status: number
  ms: number
  servedBy: string
  body: { complete?: boolean; instance?: string; result?: unknown; timing?: { runMs: number } }
}

async function get(stack: RunningStack, path: string, headers = {}): Promise<Timed> {
  const start = performance.now()
  const response = await fetch(stack.url + path, { headers })
  const body = (await response.json()) as Timed['body']
  const ms = performance.now() - start
  return { status: response.status, ms, servedBy: response.headers.get('x-served-by') ?? '', body }
}

/** Resolves when a server has logged that the request has arrived: its work begins then. */
async function hit(stack: RunningStack, pattern: RegExp, after: number): Promise<string> {
  const [, server] = await stack.waitForLog(pattern, { after })
  return server!
}

const blockingHit = /(server-\d+) hit GET \/api\/blocking /

describe('with one server', async () => {
  const stack = await startStack({ after })

  test('a blocking request is answered late, and other requests go on meanwhile', async () => {
    const earlier = stack.logs.length
    const blocking = get(stack, `/api/blocking?${heavy}`)
    await hit(stack, blockingHit, earlier)
    const light = await get(stack, '/api/tasks')
    const late = await blocking
    assert.equal(light.status, 200)
    assert.equal(late.status, 200)
    assert.deepEqual(late.body.result, { limit: 5_000_000, primes: 348_513 })
    assert.ok(light.ms < late.ms / 2, `light ${light.ms} ms, blocking ${late.ms} ms`)
    // The light one was done before the blocking one: the log says so too.
    await stack.waitForLog(/done GET \/api\/tasks .*\n(?:.*\n)*.*done GET \/api\/blocking /, {
      after: earlier,
    })
  })

  test('on the event loop the instance answers nothing meanwhile, and everything after', async () => {
    const earlier = stack.logs.length
    const blocking = get(stack, `/api/blocking?executor=event-loop&${heavy}`)
    await hit(stack, blockingHit, earlier)
    // One after the other: the first ones may come before the loop is held, in the same turn as the task.
    const lights: Timed[] = []
    let isDone = false
    const late = blocking.finally(() => {
      isDone = true
    })
    while (!isDone) lights.push(await get(stack, '/livez'))
    const { body } = await late
    const runMs = body.timing!.runMs
    assert.equal(body.instance, 'server-1')
    for (const { status } of lights) assert.equal(status, 200)
    const longest = Math.max(...lights.map(({ ms }) => ms))
    assert.ok(longest > runMs / 2, `${longest} ms at most, while the loop was held ${runMs} ms`)
  })

  test('100 light requests while all of primes runs on the event loop lose none', async () => {
    const earlier = stack.logs.length
    const blocking = get(stack, '/api/blocking?executor=event-loop')
    await hit(stack, blockingHit, earlier)
    const lights = await Promise.all(Array.from({ length: 100 }, () => get(stack, '/api/tasks')))
    assert.deepEqual(
      lights.map(({ status }) => status),
      Array(100).fill(200),
    )
    assert.deepEqual((await blocking).body.result, { limit: 10_000_000, primes: 664_579 })
  })

  test('a non-blocking request is answered at once, and a worker does the work', async () => {
    const response = await fetch(`${stack.url}/api/non-blocking?${heavy}`)
    assert.equal(response.status, 202)
    assert.equal(((await response.json()) as Timed['body']).complete, false)
    const job = response.headers.get('location')!
    const done = await get(stack, job, { prefer: 'wait=30' })
    assert.partialDeepStrictEqual(done.body, {
      state: 'completed',
      worker: 'worker-1',
      progress: 1,
      result: { limit: 5_000_000, primes: 348_513 },
    })
    const request = response.headers.get('x-request-id')
    const id = job.split('/').at(-1)
    await stack.waitForLog(new RegExp(`worker-1 start job=${id} task=primes request=${request}`))
    await stack.waitForLog(
      new RegExp(`worker-1 end job=${id} task=primes completed .*request=${request}`),
    )
  })
})

describe('with three servers', async () => {
  const stack = await startStack({ after }, { servers: 3 })

  test('requests are spread, and each server logs what reaches it when it arrives', async () => {
    const earlier = stack.logs.length
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => get(stack, '/api/blocking?task=primes&limit=1000000')),
    )
    const instances = new Set(answers.map(({ body }) => body.instance))
    assert.deepEqual([...instances].sort(), ['server-1', 'server-2', 'server-3'])
    for (const name of instances)
      await stack.waitForLog(new RegExp(`${name} +\\| .*${name} hit GET /api/blocking`), {
        after: earlier,
      })
  })

  test('a blocked instance does not hold up light requests', async () => {
    const earlier = stack.logs.length
    const blocking = get(stack, '/api/blocking?executor=event-loop')
    const blocked = await hit(stack, blockingHit, earlier)
    const lights: Timed[] = []
    for (let i = 0; i < 30; i++) {
      lights.push(await get(stack, '/api/tasks'))
      await sleep(20) // 50 a second, as other users would come
    }
    const { body } = await blocking
    const held = lights.filter(({ servedBy }) => servedBy === blocked)
    assert.ok(held.length <= 1, `${held.length} light requests went to the blocked ${blocked}`)
    const slow = lights.filter(({ ms }) => ms > body.timing!.runMs / 3)
    assert.ok(slow.length <= 1, `${slow.length} of 30 light requests were slow`)
  })

  test('the fleet shows which instance is blocked, and for how long', async () => {
    interface Fleet {
      instances: { id: string; state: string; blockedMs: number }[]
    }
    const blockedNow = async () => {
      const response = await fetch(`${stack.url}/api/fleet`)
      const { instances } = (await response.json()) as Fleet
      // A busy machine may hold up any of them for a moment, but not for a second.
      return instances.find(({ state, blockedMs }) => state === 'blocked' && blockedMs > 1000)
    }
    await until('what the test before has blocked is free again', async () => !(await blockedNow()))
    const blocking = get(stack, '/api/blocking?executor=event-loop')
    const seen = await until('one is blocked', blockedNow)
    assert.equal((await blocking).body.instance, seen.id)
  })
})

test('jobs survive a restart of the stack', async (t) => {
  const first = await startStack(t, { workers: 0 })
  const response = await fetch(`${first.url}/api/non-blocking?task=primes&limit=1000`)
  const job = response.headers.get('location')!
  await first.stop()
  const second = await startStack(t, { dir: first.dir })
  const done = await get(second, job, { prefer: 'wait=20' })
  assert.partialDeepStrictEqual(done.body, { state: 'completed', result: { primes: 168 } })
})
