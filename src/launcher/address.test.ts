import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { UsageError } from '../usage-error.ts'
import { claimAddress, url } from './address.ts'

test('port 0 becomes a free port, and a name its address', async () => {
  const { host, port } = await claimAddress({ host: '127.0.0.1', port: 0 })
  assert.equal(host, '127.0.0.1')
  assert.ok(port > 0)
})

test('a port that is in use is refused by its number', async (t) => {
  const other = createServer()
  t.after(() => other.close())
  await once(other.listen(0, '127.0.0.1'), 'listening')
  const { port } = other.address() as AddressInfo
  await assert.rejects(
    claimAddress({ host: '127.0.0.1', port }),
    (error) => error instanceof UsageError && error.message.includes(`port ${port} is in use`),
  )
})

test('an address of another machine is refused', async () => {
  await assert.rejects(claimAddress({ host: '192.0.2.1', port: 0 }), /--host 192\.0\.2\.1 is not/)
})

test('the URL is one that a browser on this machine can open', () => {
  assert.equal(url({ host: '127.0.0.1', port: 8080 }), 'http://localhost:8080')
  assert.equal(url({ host: '0.0.0.0', port: 80 }), 'http://localhost:80')
  assert.equal(url({ host: '::1', port: 8080 }), 'http://[::1]:8080')
  assert.equal(url({ host: '10.0.0.7', port: 8080 }), 'http://10.0.0.7:8080')
})
