import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { createDeadlines } from './deadlines.ts'

interface Waiting {
  readonly name: string
  readonly deadline: number
}

/** Those that wait, by mocked time, which starts at 0. */
function waiting(t: { after(then: () => void): void }) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 })
  t.after(() => mock.timers.reset())
  const all = new Set<Waiting>()
  const passed: string[] = []
  const onPassed = (each: Waiting) => {
    all.delete(each)
    passed.push(`${each.name} at ${Date.now()}`)
  }
  const deadlines = createDeadlines(all, onPassed, Date.now)
  const add = (name: string, deadline: number) => {
    const each = { name, deadline }
    all.add(each)
    deadlines.add(deadline)
    return each
  }
  return { all, passed, deadlines, add }
}

test('each passes at its time, in whichever order they were added', (t) => {
  const { passed, add } = waiting(t)
  add('c', 300)
  add('a', 50)
  add('b', 120)
  add('long', 2 ** 40)
  mock.timers.tick(49)
  assert.deepEqual(passed, [])
  mock.timers.tick(1)
  for (let ms = 0; ms < 1000; ms += 10) mock.timers.tick(10)
  assert.deepEqual(passed, ['a at 50', 'b at 120', 'c at 300'])
})

test('who has left meanwhile does not pass, and the timer goes on for the others', (t) => {
  const { all, passed, add } = waiting(t)
  all.delete(add('a', 50))
  add('b', 120)
  for (let ms = 0; ms < 200; ms += 10) mock.timers.tick(10)
  assert.deepEqual(passed, ['b at 120'])
  add('c', 500)
  for (let ms = 0; ms < 400; ms += 10) mock.timers.tick(10)
  assert.deepEqual(passed, ['b at 120', 'c at 500'])
})

test('where nobody waits, no process is kept alive; where somebody does, it is', (t) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const before = timers()
  const all = new Set<Waiting>()
  const deadlines = createDeadlines(all, () => resolve(), performance.now.bind(performance))
  const deadline = performance.now() + 50
  t.after(() => all.clear())
  deadlines.add(deadline)
  assert.equal(timers(), before + 1)
  deadlines.rest()
  assert.equal(timers(), before)
  all.add({ name: 'a', deadline })
  deadlines.add(deadline)
  assert.equal(timers(), before + 1)
  return promise
})

const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length
