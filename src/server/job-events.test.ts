import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { startServer } from '../../test/fixtures/server.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'
import { until } from '../../test/fixtures/until.ts'
import { Job } from '../api/job.ts'
import { checker } from '../api/validate.ts'

interface Event {
  event: string
  id?: string
  // biome-ignore lint/suspicious/noExplicitAny: checked against the contract
  data: any
}

/** A stream of server-sent events as a browser sees it. */
async function open(url: string, headers: Record<string, string> = {}) {
  const leave = new AbortController()
  const response = await fetch(url, { headers, signal: leave.signal })
  const events: Event[] = []
  let text = ''
  const ended = (async () => {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block.split('\n').map((line) => {
            const [, name = '', value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? []
            return [name, value]
          }),
        )
        if (fields.data !== undefined)
          events.push({ ...(fields as unknown as Event), data: JSON.parse(fields.data) })
      }
    }
  })().catch(() => {})
  return { response, events, ended, leave: () => leave.abort() }
}

describe('a stream of a job', async () => {
  const tasks = await testTasks({ after }, 'half', 'echo', 'throws', 'gate')
  const server = await startServer({ after }, { tasksDir: tasks.tasksDir })
  await server.startWorker()
  const { app, get, ask } = server
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const url = (job: string) => `http://127.0.0.1:${port}/api/jobs/${job}/events`
  const isJob = checker(Job, 'body')

  let files = 0
  const newFile = () => path.join(tasks.tasksDir, `file-${++files}`)
  async function queue(task: string, params: Record<string, string> = {}): Promise<string> {
    const { body } = await get(`/api/non-blocking?${new URLSearchParams({ task, ...params })}`)
    return body.job.id
  }

  test('tells the job as it is, its progress, and its end with the result; then it ends', async () => {
    const file = newFile()
    const job = await queue('half', { file })
    const { response, events, ended } = await open(url(job))
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    assert.equal(response.headers.get('x-accel-buffering'), 'no')
    await until('it is half done', () => events.some(({ data }) => data.progress === 0.5))
    await writeFile(file, '')
    await ended
    const last = events.at(-1)
    assert.equal(last?.event, 'completed')
    assert.equal(last.id, 'completed')
    assert.deepEqual(last.data, (await get(`/api/jobs/${job}`)).body)
    for (const { event, data } of events.slice(0, -1)) {
      assert.equal(event, 'progress')
      assert.ok(['waiting', 'active'].includes(data.state), data.state)
    }
    for (const { data } of events) assert.ok(isJob(data).ok)
  })

  test('every watcher of a job is told its end', async () => {
    const file = newFile()
    const job = await queue('gate', { file })
    const streams = await Promise.all(Array.from({ length: 20 }, () => open(url(job))))
    await writeFile(file, '')
    for (const { ended, events } of streams) {
      await ended
      assert.equal(events.at(-1)?.event, 'completed')
      assert.equal(events.at(-1)?.data.result, 'open')
    }
  })

  test('tells how a job failed', async () => {
    const { events, ended } = await open(url(await queue('throws')))
    await ended
    assert.equal(events.at(-1)?.event, 'failed')
    assert.equal(events.at(-1)?.data.error.reason, 'threw')
  })

  test('tells that a job was cancelled, while it ran', async () => {
    const job = await queue('gate', { file: newFile() })
    const { events, ended } = await open(url(job))
    await until('it runs', () => events.some(({ data }) => data.state === 'active'))
    const { status, body } = await ask({ method: 'DELETE', url: `/api/jobs/${job}` })
    assert.equal(status, 200)
    assert.equal(body.state, 'cancelled')
    await ended
    assert.equal(events.at(-1)?.event, 'cancelled')
    assert.deepEqual(events.at(-1)?.data, body)
  })

  test('who comes back is told the job as it is now, and who has seen its end is sent away for good', async () => {
    const job = await queue('echo', { value: 'x' })
    await (await open(url(job))).ended
    const again = await open(url(job), { 'last-event-id': '' })
    await again.ended
    assert.deepEqual(
      again.events.map(({ event }) => event),
      ['completed'],
    )
    // 204 is what makes a browser's EventSource stop coming back.
    const seen = await open(url(job), { 'last-event-id': 'completed' })
    assert.equal(seen.response.status, 204)
  })

  test('a job that there is not is 404, and there is no HEAD, which would have no end', async () => {
    for (const id of ['x', `j${'0'.repeat(32)}`]) {
      const { status, body } = await get(`/api/jobs/${id}/events`)
      assert.equal(status, 404)
      assert.equal(body.status, 404)
    }
    const { status, headers } = await ask({ method: 'HEAD', url: '/api/jobs/x/events' })
    assert.deepEqual([status, headers.allow], [405, 'GET, OPTIONS'])
  })

  test('a watcher that leaves is forgotten, and the job goes on', async () => {
    const file = newFile()
    const job = await queue('gate', { file })
    const one = await open(url(job))
    const other = await open(url(job))
    one.leave()
    await one.ended
    await writeFile(file, '')
    await other.ended
    assert.equal(other.events.at(-1)?.event, 'completed')
  })

  test('a stream outlives Redis, and tells the end that came meanwhile', async () => {
    const file = newFile()
    const job = await queue('gate', { file })
    const { events, ended } = await open(url(job))
    await until('it runs', () => events.some(({ data }) => data.state === 'active'))
    await server.redis.kill()
    await writeFile(file, '')
    const away = await get(`/api/jobs/${job}/events`)
    assert.equal(away.status, 503)
    await server.redis.restart()
    await ended
    assert.equal(events.at(-1)?.event, 'completed')
    assert.equal(events.at(-1)?.data.result, 'open')
  })

  test('a server that drains ends its streams, and says when to come back', async () => {
    const job = await queue('gate', { file: newFile() })
    const response = await fetch(url(job))
    server.drain()
    assert.match(await response.text(), /^retry: 1000\n\nevent: progress\ndata: /)
  })
})
