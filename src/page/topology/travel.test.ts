import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fleet, Instance } from '../../api/fleet.ts'
import { anInstance } from './instance.fixture.ts'
import { tripsBetween } from './travel.ts'

const reading = (instances: Instance[], waiting = 0): Fleet => ({
  instances,
  queue: { waiting, active: 0, limit: 10 },
})
const server = (number: number, hits: number) => anInstance(`server-${number}`, { hits })
const worker = (number: number, hits: number) => anInstance(`worker-${number}`, { hits })

test('a request travels from nginx to the server that counted it', () => {
  const trips = tripsBetween(
    reading([server(1, 5), server(2, 7)]),
    reading([server(1, 5), server(2, 9)]),
  )
  assert.deepEqual(trips, [{ from: 'nginx', to: 'server-2', count: 2 }])
})

test('a job travels from the server to the queue, and from there to its worker', () => {
  const trips = tripsBetween(
    reading([server(1, 0), worker(1, 0)]),
    reading([server(1, 3), worker(1, 1)], 2),
  )
  assert.deepEqual(trips, [
    { from: 'nginx', to: 'server-1', count: 3 },
    { from: 'server-1', to: 'redis', count: 3 },
    { from: 'redis', to: 'worker-1', count: 1 },
  ])
})

test('a job that has waited came from no server now', () => {
  const trips = tripsBetween(reading([worker(1, 0)], 4), reading([worker(1, 1)], 3))
  assert.deepEqual(trips, [{ from: 'redis', to: 'worker-1', count: 1 }])
})

test('an instance that was started again counts from zero', () => {
  const again = anInstance('server-1', { hits: 2, startedAt: '2026-01-01T00:01:00.000Z' })
  const trips = tripsBetween(reading([server(1, 500)]), reading([again]))
  assert.deepEqual(trips, [{ from: 'nginx', to: 'server-1', count: 2 }])
})
