import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { link } from '../topology/stream.ts'
import { chooseTask, enter, followTasks, loadTasks, offer, task, values } from './choices.ts'

/** The list of tasks through restarts of whoever gives it. */

const listOf = (...names: string[]) => ({
  default: names[0],
  tasks: names.map((name) => ({ name, summary: '', params: {} })),
})

let end = () => {}
let asked = 0
let answer: () => Response

beforeEach(() => {
  asked = 0
  answer = () => Response.json(listOf('primes', 'password'))
  offer.value = { state: 'loading' }
  link.value = 'connecting'
  mock.method(globalThis, 'fetch', async () => {
    asked++
    return answer()
  })
})

afterEach(() => {
  end()
  mock.restoreAll()
  link.value = 'connecting'
})

const names = () =>
  offer.value.state === 'ready' ? offer.value.list.tasks.map(({ name }) => name) : []

/** Lets what has been asked be answered. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await setImmediate()
}

test('the tasks are asked for once, until there is news after none', async () => {
  end = followTasks()
  link.value = 'live'
  await settle()
  assert.equal(asked, 1)
  const before = offer.value
  link.value = 'lost'
  await settle()
  assert.equal(asked, 1)
  link.value = 'live'
  await settle()
  assert.equal(asked, 2)
  assert.equal(offer.value, before)
})

test('a list that could not be had is asked for again as soon as there is news', async () => {
  answer = () => Response.error()
  end = followTasks()
  await settle()
  assert.equal(offer.value.state, 'away')
  answer = () => Response.json(listOf('primes'))
  link.value = 'live'
  await settle()
  assert.deepEqual(names(), ['primes'])
})

test('what was chosen and entered stays when other tasks come, and a failure takes nothing away', async () => {
  await loadTasks()
  chooseTask('password')
  enter('rounds', '7')
  answer = () => Response.json({ detail: 'not now' }, { status: 503 })
  await loadTasks()
  assert.deepEqual(names(), ['primes', 'password'])
  answer = () => Response.json(listOf('own', 'password'))
  await loadTasks()
  assert.deepEqual(names(), ['own', 'password'])
  assert.deepEqual([task.value?.name, values.value], ['password', { rounds: '7' }])
  answer = () => Response.json(listOf('own'))
  await loadTasks()
  assert.equal(task.value?.name, 'own')
})
