import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainListen } from './listen-error.ts'

const error = (fields: object) => Object.assign(new Error('listen failed'), fields)

test('a host name that nobody knows, and a port that needs rights, are told by their settings', () => {
  assert.equal(
    explainListen(error({ syscall: 'getaddrinfo', code: 'ENOTFOUND', hostname: 'nowhere' })),
    'HOST=nowhere is not an address of this machine',
  )
  assert.equal(
    explainListen(error({ syscall: 'listen', code: 'EACCES', address: '127.0.0.1', port: 80 })),
    'port 80 needs rights that this user does not have; choose one from 1024 on with PORT',
  )
})

test('what has no words of its own is told in those of the system', () => {
  assert.equal(
    explainListen(error({ syscall: 'listen', code: 'EMFILE', address: '/a.sock', port: -1 })),
    'cannot listen on SOCKET_PATH=/a.sock: listen failed',
  )
})

test('an error of anything else is none of this', () => {
  assert.equal(explainListen(error({ syscall: 'connect', code: 'ECONNREFUSED' })), undefined)
  assert.equal(explainListen('a string'), undefined)
})
