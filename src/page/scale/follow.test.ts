import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Control } from '../../api/control.ts'
import { anInstance } from '../topology/instance.fixture.ts'
import { fleet, link } from '../topology/stream.ts'
import { control, scale, wanted } from './control.ts'
import { followControl } from './follow.ts'

/** When the launcher is asked, by answers and news that are made up here; the time is the test's. */

const answer = (server: number): Control => ({
  scale: { server, worker: 0 },
  limits: { server: 9, worker: 9 },
  instances: [],
})

const tell = (servers: number) => {
  const instances = Array.from({ length: servers }, (_, i) => anInstance(`server-${i + 1}`))
  fleet.value = { instances, queue: { waiting: 0, active: 0, limit: 10 } }
}

let end = () => {}
let asked = 0
/** How many servers the launcher says there are. */
let servers = 1

beforeEach(() => {
  asked = 0
  servers = 1
  mock.timers.enable({ apis: ['setTimeout'] })
  mock.method(globalThis, 'fetch', async () => {
    asked++
    return Response.json(answer(servers))
  })
  link.value = 'live'
  tell(1)
})

afterEach(() => {
  end()
  mock.timers.reset()
  mock.restoreAll()
  fleet.value = undefined
  link.value = 'connecting'
  control.value = undefined
  wanted.value = undefined
})

/** Lets what has been asked be answered, and then some seconds pass. */
async function seconds(number = 0): Promise<void> {
  for (let i = 0; i <= number; i++) {
    if (i > 0) mock.timers.tick(1000)
    for (let turns = 0; turns < 10; turns++) await setImmediate()
  }
}

test('the launcher is asked at once, and when somebody comes or goes, but for no other news', async () => {
  end = followControl()
  await seconds(3)
  assert.equal(asked, 1)
  tell(1)
  await seconds(3)
  assert.equal(asked, 1)
  servers = 2
  tell(2)
  await seconds()
  assert.deepEqual([asked, scale.value?.server], [2, 2])
})

test('a launcher that counts one that is leaving is asked again until it does not', async () => {
  servers = 2
  end = followControl()
  await seconds(2)
  assert.deepEqual([asked, scale.value?.server], [3, 2])
  servers = 1
  await seconds(5)
  assert.deepEqual([asked, scale.value?.server], [4, 1])
})

test('where the two never agree it is not asked for ever', async () => {
  servers = 2
  end = followControl()
  await seconds(30)
  assert.equal(asked, 11)
})

test('it is asked again when there is news after none', async () => {
  end = followControl()
  await seconds()
  link.value = 'lost'
  await seconds(3)
  assert.equal(asked, 1)
  link.value = 'live'
  await seconds()
  assert.equal(asked, 2)
})

test('while something is being changed it is left alone', async () => {
  wanted.value = { server: 2, worker: 0 }
  end = followControl()
  await seconds(2)
  assert.equal(asked, 0)
  wanted.value = undefined
  await seconds()
  assert.equal(asked, 1)
})

test('whoever has left asks no more', async () => {
  servers = 2
  end = followControl()
  await seconds(1)
  end()
  await seconds(3)
  assert.equal(asked, 2)
})
