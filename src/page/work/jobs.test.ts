import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job } from '../../api/job.ts'
import { Refused } from '../api.ts'
import { createPoller } from './jobs.ts'
import { createLanes } from './lanes.ts'

const jobIn = (state: Job['state'], id = 'a') => ({ id, state }) as Job
const away = () => new Refused({ detail: 'No server answered.' }, undefined)
const pauses = { everyMs: 1, pauseMs: 1 }

/** Follows one job to its end. */
function toEnd(poller: ReturnType<typeof createPoller>, id = 'a') {
  return new Promise<{ states: string[]; error?: Error }>((resolve) => {
    const states: string[] = []
    poller.follow(id, {
      show({ state }) {
        states.push(state)
        if (state === 'completed') resolve({ states })
      },
      lose: (error) => resolve({ states, error }),
    })
  })
}

test('a job is followed through its states to its end, and then no more', async () => {
  const answers = [jobIn('waiting'), jobIn('active'), jobIn('completed')]
  let asked = 0
  const ask = async () => answers[asked++]!
  const { states } = await toEnd(createPoller({ ask, ...pauses }))
  assert.deepEqual(states, ['waiting', 'active', 'completed'])
  assert.equal(asked, 3)
})

test('it is followed past a server that goes away, as long as patience lasts', async () => {
  let asked = 0
  const ask = async () => {
    if (++asked <= 5) throw away()
    return jobIn('completed')
  }
  const patient = await toEnd(createPoller({ ask, patience: 5, ...pauses }))
  assert.deepEqual(patient.states, ['completed'])
  asked = 0
  const impatient = await toEnd(createPoller({ ask, patience: 4, ...pauses }))
  assert.equal(impatient.error?.message, 'No server answered.')
  assert.equal(asked, 5)
})

test('an answer in between renews the patience', async () => {
  let asked = 0
  const ask = async () => {
    asked++
    if (asked === 20) return jobIn('completed')
    if (asked % 2 === 0) return jobIn('active')
    throw away()
  }
  const { states } = await toEnd(createPoller({ ask, patience: 1, ...pauses }))
  assert.equal(states.at(-1), 'completed')
})

test('a job that is not known is lost at once', async () => {
  let asked = 0
  const ask = async () => {
    asked++
    throw new Refused({ status: 404, detail: 'There is no such job.' }, 'server-1')
  }
  const { error } = await toEnd(createPoller({ ask, ...pauses }))
  assert.equal(error?.message, 'There is no such job.')
  assert.equal(asked, 1)
})

test('a hundred jobs are followed by few requests at a time, none of which waits', async () => {
  const looks = new Map<string, number>()
  let open = 0
  let mostOpen = 0
  let ended = 0
  const ask = async (id: string, waitS: number) => {
    open++
    mostOpen = Math.max(mostOpen, open)
    if (looks.size > 3 && ended < 97) assert.equal(waitS, 0)
    await new Promise(setImmediate)
    open--
    const look = (looks.get(id) ?? 0) + 1
    looks.set(id, look)
    if (look < 3) return jobIn('active', id)
    ended++
    return jobIn('completed', id)
  }
  const poller = createPoller({ ask, ...pauses })
  await Promise.all(Array.from({ length: 100 }, (_, i) => toEnd(poller, `job-${i}`)))
  assert.equal(looks.size, 100)
  assert.ok([...looks.values()].every((look) => look === 3))
  assert.equal(mostOpen, 3)
})

test('a few wait for the end, as long as there are connections to hold', async () => {
  const waits: number[] = []
  const ask = async (_: string, waitS: number) => {
    waits.push(waitS)
    return jobIn(waits.length === 2 ? 'completed' : 'active')
  }
  await toEnd(createPoller({ ask, mayWait: () => waits.length > 0, ...pauses }))
  assert.deepEqual(waits, [0, 1])
})

test('one that is forgotten is not asked about again, nor shown', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<Job>()
  let asked = 0
  const ask = () => {
    asked++
    return answered
  }
  const poller = createPoller({ ask, ...pauses })
  poller.follow('a', { show: () => assert.fail(), lose: () => assert.fail() })
  poller.forget('a')
  answer(jobIn('active'))
  // Whoever comes later has a turn after it.
  await toEnd(createPoller({ ask: async () => jobIn('completed'), ...pauses }))
  assert.equal(asked, 1)
})

test('of lanes there are so many, and whoever comes later waits in line', async () => {
  const lanes = createLanes(1)
  const { signal } = new AbortController()
  const leave = await lanes.enter(signal)
  const second = lanes.enter(signal)
  const third = lanes.enter(signal)
  assert.equal(lanes.held(), 1)
  leave()
  const leaveSecond = await second
  assert.equal(lanes.held(), 1)
  leaveSecond()
  ;(await third)()
  assert.equal(lanes.held(), 0)
})

test('whoever gives up leaves the line', async () => {
  const lanes = createLanes(1)
  const never = new AbortController().signal
  const leave = await lanes.enter(never)
  const controller = new AbortController()
  const given = lanes.enter(controller.signal)
  const next = lanes.enter(never)
  controller.abort(new Error('not any more'))
  await assert.rejects(given, /not any more/)
  leave()
  ;(await next)()
  assert.equal(lanes.held(), 0)
})
