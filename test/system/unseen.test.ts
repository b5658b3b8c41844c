import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fleet } from '../../src/api/fleet.ts'
import { askJson } from '../../src/launcher/unix-http.ts'
import { startStack } from './stack.ts'

/** With VITALS=off and METRICS=off nobody sees how the instances are; they serve, scale and stop as ever. */

test('a stack without vitals and metrics serves, scales and stops', async (t) => {
  const stack = await startStack(t, { env: { VITALS: 'off', METRICS: 'off' } })
  const { stdout, code } = await stack.scale({ server: 2 })
  assert.deepEqual([stdout, code], ['server: 1 → 2 (started server-2)\n', 0])

  const answer = await fetch(`${stack.url}/api/non-blocking?task=primes&limit=100`, {
    headers: { prefer: 'wait=10' },
  })
  assert.equal(answer.status, 200)
  await answer.body?.cancel()

  const fleet = (await (await fetch(`${stack.url}/api/fleet`)).json()) as Fleet
  assert.deepEqual(fleet.instances, [])
  const processes = await stack.ps()
  const instances = processes.filter(({ socket }) => socket !== null)
  assert.deepEqual(
    instances.map(({ name, state, hits }) => [name, state, hits]),
    ['server-1', 'server-2', 'worker-1'].map((name) => [name, 'ready', null]),
  )
  for (const { name, socket } of instances) {
    const metrics = await askJson(socket!, { path: '/metrics', timeoutMs: 5000 })
    assert.equal(metrics.status, 404, name)
    assert.match((metrics.body as { detail: string }).detail, /METRICS=off/)
  }

  assert.equal((await stack.scale({ server: 1 })).code, 0)
  assert.deepEqual(await stack.stop(), { code: 0, signal: null })
})
