import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Control } from '../../api/control.ts'
import {
  busy,
  control,
  isPossible,
  isRefused,
  kill,
  look,
  problem,
  scale,
  want,
  wanted,
  wantMore,
} from './control.ts'

/** The page's side of the control, with answers made up here; the time is the test's. */

const answer = (server: number, worker = 1): Control => ({
  scale: { server, worker },
  limits: { server: 4, worker: 64 },
  instances: [],
})

const asked: { path: string; body: unknown }[] = []
let answers: (() => Response | Promise<Response>)[] = []

beforeEach(async () => {
  control.value = undefined
  asked.length = 0
  mock.timers.enable({ apis: ['setTimeout'] })
  mock.method(globalThis, 'fetch', async (path: string, { body }: RequestInit) => {
    asked.push({ path, body: body === undefined ? undefined : JSON.parse(String(body)) })
    return answers.shift()?.() ?? Response.error()
  })
  answers = [() => Response.json(answer(1))]
  await look()
  asked.length = 0
})

afterEach(() => {
  mock.timers.reset()
  mock.restoreAll()
})

/** Lets what has been answered be read. */
async function settle() {
  for (let i = 0; i < 5; i++) await setImmediate()
}

test('several clicks are one change, shown at once', async () => {
  answers = [() => Response.json(answer(3))]
  wantMore('server', 1)
  mock.timers.tick(200)
  wantMore('server', 1)
  assert.deepEqual(wanted.value, { server: 3, worker: 1 })
  mock.timers.tick(200)
  assert.equal(asked.length, 0)
  mock.timers.tick(100)
  assert.equal(busy.value, true)
  await settle()
  assert.deepEqual(asked, [{ path: '/control/scale', body: { server: 3 } }])
  assert.deepEqual(scale.value, { server: 3, worker: 1 })
  assert.deepEqual([wanted.value, busy.value, problem.value], [undefined, false, undefined])
})

test('clicks that lead back to what is there ask for nothing', async () => {
  wantMore('worker', 1)
  wantMore('worker', -1)
  mock.timers.tick(300)
  await settle()
  assert.deepEqual(asked, [])
  assert.equal(wanted.value, undefined)
})

test('a change that cannot be done says why, and the numbers stay', async () => {
  const detail = 'the proxy was started for at most 4 servers'
  answers = [() => Response.json({ title: 'Conflict', detail }, { status: 409 })]
  want({ server: 4 })
  mock.timers.tick(300)
  await settle()
  assert.equal(problem.value, detail)
  assert.deepEqual([scale.value, wanted.value], [{ server: 1, worker: 1 }, undefined])
  // News of the fleet takes nothing of it back.
  answers = [() => Response.json(answer(1))]
  await look()
  assert.equal(problem.value, detail)
})

test('there are limits in both directions, and nothing is possible while it works', async () => {
  assert.deepEqual(
    [0, 1, 4, 5].map((number) => isPossible('server', number)),
    [false, true, true, false],
  )
  assert.deepEqual(
    [-1, 0, 64, 65].map((number) => isPossible('worker', number)),
    [false, true, true, false],
  )
  wantMore('server', -1)
  assert.equal(wanted.value, undefined)
  const { promise, resolve } = Promise.withResolvers<Response>()
  answers = [() => promise]
  const killed = kill('worker-1')
  assert.equal(isPossible('server', 2), false)
  want({ server: 2 })
  assert.equal(wanted.value, undefined)
  resolve(Response.json(answer(1)))
  await killed
  assert.deepEqual(asked, [{ path: '/control/kill', body: { instance: 'worker-1' } }])
  assert.equal(isPossible('server', 2), true)
})

test('a launcher that answers its own machine only is not asked from another one', async () => {
  control.value = undefined
  answers = [() => Response.json({ detail: 'Not for other machines.' }, { status: 403 })]
  await look()
  assert.equal(isRefused.value, true)
  answers = [() => Response.json(answer(1))]
  await look()
  assert.equal(isRefused.value, false)
})

test('a launcher that does not answer is told, until it does', async () => {
  control.value = undefined
  answers = [() => Response.json({ detail: 'The launcher does not answer.' }, { status: 503 })]
  await look()
  assert.equal(problem.value, 'The launcher does not answer.')
  answers = [() => Response.json(answer(2))]
  await look()
  assert.deepEqual([scale.value, problem.value], [{ server: 2, worker: 1 }, undefined])
})
