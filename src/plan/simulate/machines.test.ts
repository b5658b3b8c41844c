import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Machines, type MachinesOptions } from './machines.ts'
import { Requests } from './requests.ts'

const machinesOf = (options: Partial<MachinesOptions>) => {
  const requests = new Requests()
  const defaults = {
    instances: 1,
    threads: 4,
    placement: 'own',
    cores: 2,
    speeds: [1, 0.8],
  } as const
  const machines = new Machines(requests, { ...defaults, ...options })
  const begin = (atMs: number, workMs: number, instance = 0) => {
    const request = requests.open(atMs, workMs, 0, true)
    machines.begin(request, instance, atMs)
    return request
  }
  const end = () => ({ atMs: machines.nextMs, request: machines.finish() })
  return { machines, begin, end }
}

const isNear = (actual: number, right: number) =>
  assert.ok(Math.abs(actual - right) < 1e-9, `${actual} is not ${right}`)

test('two tasks slow each other down while both run', () => {
  const { machines, begin, end } = machinesOf({})
  const long = begin(0, 100)
  const short = begin(50, 8) // 8 / 0.8: until 60
  isNear(machines.nextMs, 60)
  assert.equal(end().request, short)
  isNear(machines.nextMs, 102) // 50 + 8 were done by then, the other 42 go at full speed
  assert.equal(end().request, long)
  assert.equal(machines.nextMs, Number.POSITIVE_INFINITY)
})

test('more tasks than cores share what these do in all', () => {
  const { machines, begin, end } = machinesOf({})
  for (let n = 0; n < 4; n++) begin(0, 10)
  assert.deepEqual([machines.running, machines.busyCores], [4, 2])
  for (let n = 0; n < 4; n++) isNear(end().atMs, 40 / 1.6)
  assert.deepEqual([machines.running, machines.busyCores], [0, 0])
})

test('instances with machines of their own do not slow each other down, those on one machine do', () => {
  for (const [placement, first] of [
    ['own', 10],
    ['shared', 12.5],
  ] as const) {
    const { begin, end } = machinesOf({ instances: 3, threads: 1, placement })
    begin(0, 10, 0)
    begin(0, 10, 2)
    isNear(end().atMs, first)
    isNear(end().atMs, first)
  }
})

test('a task that is ended early leaves its speed to the others', () => {
  const { machines, begin } = machinesOf({})
  begin(0, 10)
  const other = begin(0, 10)
  machines.abort(other, 5) // 4 are done
  isNear(machines.nextMs, 11)
  assert.equal(machines.running, 1)
})

test('the tasks of an instance are told apart from others on the same machine, in order of arrival', () => {
  for (const speeds of [
    [1, 0.8],
    [1, 1, 1, 1, 1, 1, 1, 1],
  ]) {
    const shared = { instances: 2, placement: 'shared', cores: speeds.length, speeds } as const
    const { machines, begin } = machinesOf(shared)
    const last = begin(0, 5, 1)
    begin(1, 9, 0)
    const later = begin(2, 1, 1)
    assert.deepEqual(machines.runningOn(1), [last, later])
  }
})

test('a machine without limits keeps its time to the last digit, after any number of tasks', () => {
  const { machines, begin, end } = machinesOf({ cores: 4, speeds: [1, 1, 1, 1] })
  let atMs = 0
  for (let n = 0; n < 1000; n++) {
    begin(atMs, 0.1)
    const right = atMs + 0.1
    atMs = end().atMs
    assert.equal(atMs, right)
  }
  assert.equal(machines.running, 0)
})
