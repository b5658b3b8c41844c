import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf } from './connection.ts'

const plain = { host: '127.0.0.1', port: 6379, db: 0 }
const addresses: [url: string, address: object][] = [
  ['unix:/run/redis.sock', { path: '/run/redis.sock' }],
  ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
  ['unix:/with space/redis.sock', { path: '/with space/redis.sock' }],
  ['redis://127.0.0.1', plain],
  ['redis://127.0.0.1:7000/', { ...plain, port: 7000 }],
  ['redis://127.0.0.1/3', { ...plain, db: 3 }],
  ['redis://[::1]:6379', { ...plain, host: '::1' }],
  ['redis://redis', { ...plain, host: 'redis' }],
  ['redis://:p%40ss@redis', { ...plain, host: 'redis', password: 'p@ss' }],
  ['redis://me:secret@redis', { ...plain, host: 'redis', username: 'me', password: 'secret' }],
  ['rediss://redis', { ...plain, host: 'redis', tls: {} }],
]
for (const [url, address] of addresses) {
  test(`${url} is ${JSON.stringify(address)}`, () => assert.deepEqual(addressOf(url), address))
}
