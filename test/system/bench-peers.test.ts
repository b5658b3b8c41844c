import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFastifyBullmq } from '../../bench/systems/fastify-bullmq.ts'
import { startFlaskCelery } from '../../bench/systems/flask-celery.ts'
import { installed, notInstalled, optionalPeers } from '../../bench/systems/installed.ts'
import { startSidekiq } from '../../bench/systems/sidekiq.ts'
import type { Answers, QueueSystem, Scale } from '../../bench/systems/system.ts'
import { startUnblock } from '../../bench/systems/unblock.ts'
import { hash } from '../../bench/tasks/_hash.ts'
import { temporaryFolder } from './stack.ts'

const answers: Answers = { tasks: '[{"name":"b"},{"a":"é"}]', page: '<!doctype html><p>é</p>' }

const systems: Record<string, (scale: Scale & { answers: Answers }) => Promise<QueueSystem>> = {
  Unblock: startUnblock,
  'bare Fastify + BullMQ': startFastifyBullmq,
  'Flask + Celery': startFlaskCelery,
  Sidekiq: startSidekiq,
}

for (const [name, start] of Object.entries(systems)) {
  const missing = optionalPeers.find((peer) => peer === name && installed(peer) === undefined)
  const skip = missing === undefined ? false : notInstalled(missing)

  test(`${name} answers, holds its workers, drains its queue, and stops`, { skip }, async (t) => {
    const dir = ownTemporaryFolder(t)
    const system = await start({ servers: 2, workers: 2, answers })
    t.after(() => system.stop())
    assert.equal(system.name, name)
    for (const version of Object.values(system.versions)) assert.match(version, /^\d+\.\d+/)

    if (system.url !== '') await checkAnswers(system)
    await checkQueue(system)

    await system.hold()
    await system.fill({ task: 'hash', iterations: 1000 }, 50)
    assert.notDeepEqual(runningIn(dir), [])
    await system.stop()
    assert.deepEqual(runningIn(dir), [])
    assert.deepEqual(readdirSync(dir), [])
    await system.stop()
  })
}

/** Whether it sends what it was given, and runs the same task. */
async function checkAnswers({ name, url }: QueueSystem): Promise<void> {
  const [page, tasks] = [await fetch(`${url}/`), await fetch(`${url}/api/tasks`)]
  const types = [page, tasks].map(({ headers }) => headers.get('content-type')?.split(';')[0])
  assert.deepEqual(types, ['text/html', 'application/json'])
  const texts = { tasks: await tasks.text(), page: await page.text() }
  // Unblock's are its own: the others are given them.
  if (name !== 'Unblock') assert.deepEqual(texts, answers)
  const blocking = await fetch(`${url}/api/blocking?task=hash&iterations=7`)
  assert.equal(blocking.status, 200)
  assert.equal(((await blocking.json()) as { result: string }).result, hash(7))
  for (const query of ['task=empty', 'task=hash&iterations=7']) {
    const accepted = await fetch(`${url}/api/non-blocking?${query}`)
    assert.equal(accepted.status, 202)
    assert.ok(((await accepted.json()) as { job: unknown }).job)
  }
}

/** Held, released, and held again: all jobs are there, and then none is left. */
async function checkQueue(system: QueueSystem): Promise<void> {
  await system.hold()
  assert.equal(await system.left(), 0)
  await system.fill({ task: 'empty' }, 300)
  assert.equal(await system.left(), 300)
  // Longer than the two seconds after which a worker of Sidekiq asks anew.
  await sleep(2500)
  assert.equal(await system.left(), 300, 'a held worker took a job')
  system.release()
  await system.hold()
  assert.equal(await system.left(), 0)
  await system.fill({ task: 'hash', iterations: 1000 }, 30)
  assert.equal(await system.left(), 30)
  system.release()
  while ((await system.left()) > 0) await sleep(10)
}

/** Everything that is started from here on has it in its environment. */
function ownTemporaryFolder(t: TestContext): string {
  const before = process.env.TMPDIR
  const dir = join(temporaryFolder(t), 'tmp')
  process.env.TMPDIR = dir
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  return dir
}

function runningIn(dir: string): string[] {
  const all = execFileSync('ps', ['-A', 'eww', '-o', 'pid=,command='], { encoding: 'utf8' })
  const own = (line: string) => line.trimStart().startsWith(`${process.pid} `)
  return all.split('\n').filter((line) => line.includes(dir) && !own(line) && !isPs(line))
}

/** What lists the processes is one of them. */
const isPs = (line: string) => /^\s*\d+ ps /.test(line)
