import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startStack } from './stack.ts'

test('a client that has spent its budget is refused by every server, whomever it claims to be', async (t) => {
  const env = { CLIENT_CPU_MS_PER_S: '1', CLIENT_CPU_BURST_MS: '1000' }
  const { url } = await startStack(t, { servers: 2, workers: 0, env })
  const ask = (headers = {}) =>
    fetch(`${url}/api/non-blocking`, { method: 'POST', signal: t.signal, headers })
  assert.equal((await ask()).status, 202) // about 3 s of CPU time
  const servers = new Set<string | null>()
  for (let i = 0; i < 20; i++) {
    const answer = await ask({ 'x-forwarded-for': `192.0.2.${i}` })
    assert.equal(answer.status, 429)
    assert.match(String(answer.headers.get('retry-after')), /^\d{4}$/)
    servers.add(answer.headers.get('x-served-by'))
    await answer.arrayBuffer()
  }
  assert.deepEqual([...servers].sort(), ['server-1', 'server-2'])
  assert.equal((await fetch(`${url}/api/tasks`)).status, 200)
})
