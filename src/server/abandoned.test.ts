import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { startServer } from '../../test/fixtures/server.ts'
import { type TestTask, testTasks } from '../../test/fixtures/tasks.ts'
import { until } from '../../test/fixtures/until.ts'

/** Runs inside a request whose result nobody gets: they end, and what they used is counted. */

async function startListening(t: TestContext, ...tasks: TestTask[]) {
  const { tasksDir } = await testTasks(t, ...tasks)
  const server = await startServer(t, { tasksDir })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.server.address() as AddressInfo
  const { metrics, executors } = server.service
  return {
    ...server,
    threads: executors.thread,
    file: (name: string) => path.join(tasksDir, name),
    /** Sends a request whose client leaves without the answer. */
    send(url: string): { leave(): void } {
      const client = request({ port, path: url, agent: false }).on('error', () => {})
      client.end()
      return { leave: () => void client.destroy() }
    },
    /** The counter's milliseconds, by reason and executor. */
    async wastedMs(): Promise<Record<string, number>> {
      const counter = metrics.registry!.getSingleMetric('unblock_wasted_cpu_seconds_total')!
      const { values } = await counter.get()
      return Object.fromEntries(
        values.map(({ labels, value }) => [`${labels.reason} ${labels.executor}`, value * 1000]),
      )
    },
  }
}

test('the CPU time of a run whose client leaves is counted, and its thread is replaced', async (t) => {
  const server = await startListening(t, 'burn')
  const file = server.file('burnt')
  const spent = async () => Number(await readFile(file, 'utf8').catch(() => 0))
  const client = server.send(`/api/blocking?task=burn&file=${encodeURIComponent(file)}`)
  await until('300 ms of CPU are spent', async () => (await spent()) >= 300)
  client.leave()
  const counted = await until(
    'it is counted',
    async () => (await server.wastedMs())['client left thread'],
  )
  assert.equal((await server.get('/api/blocking?limit=100')).status, 200)
  const atEnd = await spent()
  assert.ok(counted >= 285 && counted <= atEnd + 15, `${counted} of ${atEnd} ms`)
  assert.deepEqual(server.threads.load(), { size: 1, running: 0, waiting: 0 })
})

test('a client that leaves while it waits in line is passed over, and has wasted nothing', async (t) => {
  const server = await startListening(t, 'gate', 'burn')
  const gate = server.file('open')
  const first = server.get(`/api/blocking?task=gate&file=${encodeURIComponent(gate)}`)
  await until('the first runs', () => server.threads.load().running === 1)
  const file = server.file('burnt')
  const client = server.send(`/api/blocking?task=burn&file=${encodeURIComponent(file)}`)
  await until('the second waits', () => server.threads.load().waiting === 1)
  const third = server.get('/api/blocking?limit=100')
  await until('the third waits', () => server.threads.load().waiting === 2)
  client.leave()
  await until('the second has left', () => server.threads.load().waiting === 1)
  await writeFile(gate, '')
  assert.deepEqual([(await first).status, (await third).status], [200, 200])
  await assert.rejects(readFile(file), { code: 'ENOENT' })
  assert.deepEqual(await server.wastedMs(), {})
})

test('a client that leaves while its run blocks the event loop is noticed afterwards', async (t) => {
  const server = await startListening(t, 'busy')
  const client = server.send('/api/blocking?task=busy&executor=event-loop&ms=150&throws=false')
  // The loop is blocked as soon as the request is read: the client has left by the time it turns again.
  server.app.server.once('request', () => client.leave())
  const counted = await until(
    'it is counted',
    async () => (await server.wastedMs())['client left event-loop'],
  )
  assert.ok(counted >= 150 && counted < 400, `${counted} ms`)
})

test('what is thrown away at a deadline or by a throw is counted by that reason', async (t) => {
  const server = await startListening(t, 'busy')
  for (const executor of ['thread', 'event-loop']) {
    const url = `/api/blocking?task=busy&executor=${executor}`
    assert.equal((await server.get(`${url}&ms=60&throws=true`)).status, 500)
    assert.equal((await server.get(`${url}&ms=60&throws=false`)).status, 200)
  }
  const late = '/api/blocking?task=busy&executor=event-loop&ms=60&throws=false&timeoutMs=20'
  assert.equal((await server.get(late)).status, 504)
  const wasted = await server.wastedMs()
  const keys = ['threw thread', 'threw event-loop', 'deadline event-loop']
  assert.deepEqual(Object.keys(wasted), keys)
  for (const key of keys)
    assert.ok(wasted[key]! >= 60 && wasted[key]! < 200, `${key}: ${wasted[key]}`)
  const text = (await server.get('/metrics')).body
  assert.match(
    text,
    /^unblock_wasted_cpu_seconds_total\{reason="threw",executor="thread",.*\} 0\.\d+$/m,
  )
})
