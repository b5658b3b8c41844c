import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameFromDns, nameFromHost, pointerName } from './instance-name.ts'

test('the name that Compose gave a container makes the name of the instance', () => {
  for (const [name, expected] of [
    ['unblock-server-2.unblock_backend', 'server-2'],
    ['unblock-server-12.unblock_edge.', 'server-12'],
    ['unblock_server_3.unblock_default', 'server-3'], // Compose 1
    ['my-server-1-server-4.net', 'server-4'],
    ['server-5', 'server-5'],
  ] as const)
    assert.equal(nameFromDns('server', [name]), expected, name)
})

test('a name of another form, or of the other role, is not taken', () => {
  for (const name of [
    'unblock-worker-2.unblock_backend',
    'observer-2.net',
    'server-2a.net',
    'server.net',
    '0123456789ab',
  ])
    assert.equal(nameFromDns('server', [name]), undefined, name)
})

test('the first name that fits is taken', () => {
  assert.equal(
    nameFromDns('worker', ['gateway.net', 'a-worker-7.net', 'a-worker-8.net']),
    'worker-7',
  )
  assert.equal(nameFromDns('worker', []), undefined)
})

test('elsewhere the host gives the name, in letters, digits and dashes, 63 at most', () => {
  assert.equal(nameFromHost('server', 'Build_Box.example.org'), 'server-build-box-example-org')
  assert.equal(nameFromHost('worker', 'x'.repeat(80)).length, 63)
})

test('an address is asked for backwards', () => {
  assert.equal(pointerName('172.18.0.2'), '2.0.18.172.in-addr.arpa')
})
