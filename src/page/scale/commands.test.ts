import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anInstance } from '../topology/instance.fixture.ts'
import { composeKill, composeScale, counted, localScale, scaleOf } from './commands.ts'

test('an instance that drains no longer counts, one that is blocked does', () => {
  const instances = [
    anInstance('server-1', { state: 'blocked' }),
    anInstance('server-2', { state: 'draining' }),
    anInstance('worker-1'),
    anInstance('worker-2'),
  ]
  const queue = { waiting: 0, active: 0, limit: 10 }
  assert.deepEqual(scaleOf({ instances, queue }), { server: 1, worker: 2 })
  assert.deepEqual(scaleOf({ instances: [], queue }), { server: 0, worker: 0 })
})

test('commands name both numbers, so that none goes back to what it was at first', () => {
  assert.equal(
    composeScale({ server: 3, worker: 2 }),
    'docker compose up -d --no-recreate --scale server=3 --scale worker=2',
  )
  assert.equal(localScale({ server: 3, worker: 0 }), 'npm run unblock -- scale server=3 worker=0')
})

test('the command that kills names the one container, if the name tells which', () => {
  assert.equal(composeKill('worker-12'), "docker compose exec --index 12 worker sh -c 'kill -9 -1'")
  for (const name of ['worker', 'worker-0', 'a1b2c3', 'worker-1; rm -r /'])
    assert.equal(composeKill(name), undefined)
})

test('one is one, and all others are many', () => {
  assert.deepEqual(
    [0, 1, 3].map((number) => counted(number, 'server')),
    ['0 servers', '1 server', '3 servers'],
  )
})
