import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { startServer } from '../../test/fixtures/server.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'

/** Tasks that go wrong are answered as such, wherever they run, and the server goes on. */

const failures: [task: 'throws' | 'bigint' | 'exits', detail: RegExp, reason: string][] = [
  ['throws', /^throws failed: too large for me$/, 'threw'],
  ['bigint', /^bigint failed: its result is not JSON: .*BigInt/, 'threw'],
  ['exits', /^exits failed: its thread ended: .*code: 7$/, 'thread died'],
]

describe('a server with tasks that fail', async () => {
  const cleaner = { after }
  const { tasksDir } = await testTasks(cleaner, 'throws', 'bigint', 'exits', 'loop')
  const server = await startServer(cleaner, { tasksDir })
  const { get } = server
  await server.startWorker()
  const prefer = { prefer: 'wait=30' }

  function assertFailed(body: unknown, detail: RegExp): void {
    assert.partialDeepStrictEqual(body, { type: 'about:blank', title: 'Task Failed', status: 500 })
    assert.match((body as { detail: string }).detail, detail)
    assert.doesNotMatch(JSON.stringify(body), /\.m?[jt]s\b|at \w+ \(/)
  }

  for (const [task, detail, reason] of failures) {
    test(`${task}: a run inside the request is 500 and says why, without a stack`, async () => {
      const { status, body } = await get(`/api/blocking?task=${task}`)
      assert.equal(status, 500)
      assertFailed(body, detail)
    })

    test(`${task}: a job that was waited for is 500 with its id, and the job tells why`, async () => {
      const { status, headers, body } = await get(`/api/non-blocking?task=${task}`, prefer)
      assert.equal(status, 500)
      assert.equal(headers['preference-applied'], 'wait=30')
      assertFailed(body, detail)
      assert.equal(headers.location, `/api/jobs/${body.job}`)
      const job = await get(String(headers.location))
      assert.equal(job.status, 200)
      assert.partialDeepStrictEqual(job.body, { state: 'failed', error: { reason }, attempts: 1 })
      assert.ok(!('result' in job.body))
    })
  }

  test('what a task throws on the event loop is 500 too', async () => {
    const { status, body } = await get('/api/blocking?task=throws&executor=event-loop')
    assert.equal(status, 500)
    assertFailed(body, /^throws failed: too large for me$/)
  })

  test('a job whose deadline passes while it waits is 503, and was not run', async () => {
    const ahead = get('/api/non-blocking?task=loop&timeoutMs=700', prefer)
    const late = await get('/api/non-blocking?limit=100&timeoutMs=1', prefer)
    await ahead
    assert.equal(late.status, 503)
    assert.match(String(late.headers['retry-after']), /^[1-9]\d*$/)
    assert.match(late.body.detail, /^primes was not started within 1 ms of its acceptance\.$/)
  })

  test('after all that it runs tasks as before, and has counted how each ended', async () => {
    assert.equal((await get('/api/blocking?limit=100')).status, 200)
    assert.equal((await get('/api/non-blocking?limit=100', prefer)).status, 200)
    const metrics = await server.service.metrics.registry!.metrics()
    const counted = metrics
      .match(/^unblock_tasks_total\{.*$/gm)
      ?.map((line) =>
        line.replace(/^.*task="(.+?)",executor="(.+?)",outcome="(.+?)".*\} (\d+)$/, '$1 $2 $3 $4'),
      )
    assert.deepEqual(counted, [
      'throws thread threw 1',
      'bigint thread threw 1',
      'exits thread thread died 1',
      'throws event-loop threw 1',
      'primes thread completed 1',
    ])
  })
})
