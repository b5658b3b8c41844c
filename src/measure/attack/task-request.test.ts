import assert from 'node:assert/strict'
import { test } from 'node:test'
import { taskRequest } from './task-request.ts'

const cases: [string, Parameters<typeof taskRequest>, ReturnType<typeof taskRequest>][] = [
  [
    'the service chooses the task where none is named',
    ['thread', '', {}],
    { method: 'GET', path: '/api/blocking?executor=thread' },
  ],
  [
    'the queue is a path of its own, and needs no executor',
    ['queue', '', {}],
    { method: 'GET', path: '/api/non-blocking' },
  ],
  [
    'plain parameters stand in the URL',
    ['event-loop', 'primes', { limit: 100, note: 'a b&c' }],
    {
      method: 'GET',
      path: '/api/blocking?executor=event-loop&task=primes&limit=100&note=a+b%26c',
    },
  ],
  [
    'others make a body',
    ['queue', 'sum', { values: [1, 2] }],
    {
      method: 'POST',
      path: '/api/non-blocking',
      headers: { 'content-type': 'application/json' },
      body: '{"task":"sum","params":{"values":[1,2]}}',
    },
  ],
]

for (const [name, given, expected] of cases)
  test(name, () => assert.deepEqual(taskRequest(...given), expected))
