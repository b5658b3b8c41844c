import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instance } from '../../api/fleet.ts'
import { anInstance } from '../topology/instance.fixture.ts'
import { nothing, type Seen, see } from './seen.ts'

const queue = { waiting: 0, active: 0, limit: 10 }
const seeAll = (...readings: Instance[][]): Seen =>
  readings.reduce((seen, instances) => see(seen, { instances, queue }), nothing)

const worker = (number: number, startedAt = 'at first') =>
  anInstance(`worker-${number}`, { startedAt })

test('the longest time that an instance was blocked is kept when it is over', () => {
  const blocked = (blockedMs: number) => [anInstance('server-1', { blockedMs, state: 'blocked' })]
  const { blocked: seen } = seeAll(blocked(300), blocked(2900), [anInstance('server-1')])
  assert.deepEqual(seen, { 'server-1': 2900 })
})

test('a worker that vanishes is lost, and stays so when it comes back', () => {
  assert.deepEqual(seeAll([worker(1), worker(2)]).lost, [])
  assert.deepEqual(seeAll([worker(1), worker(2)], [worker(2)]).lost, ['worker-1'])
  const back = seeAll([worker(1), worker(2)], [worker(2)], [worker(1, 'later'), worker(2)])
  assert.deepEqual(back.lost, ['worker-1'])
})

test('one that runs as another process is lost even if nobody saw it gone', () => {
  assert.deepEqual(seeAll([worker(1)], [worker(1, 'later')]).lost, ['worker-1'])
})

test('a worker that joins later can be lost, a server that leaves is no worker', () => {
  const readings = [[anInstance('server-1')], [anInstance('server-2'), worker(7)], []]
  assert.deepEqual(seeAll(...readings).lost, ['worker-7'])
})
