import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listenOn } from './listen-on.ts'

for (const [address, right] of [
  ['/run/fleet.sock', { path: '/run/fleet.sock' }],
  ['/run/a:1', { path: '/run/a:1' }],
  ['3001', { host: '127.0.0.9', port: 3001 }],
  ['0.0.0.0:3001', { host: '0.0.0.0', port: 3001 }],
  ['[::1]:3001', { host: '::1', port: 3001 }],
] as const)
  test(`${address} is ${JSON.stringify(right)}`, () => {
    assert.deepEqual(listenOn(address, '127.0.0.9'), right)
  })
