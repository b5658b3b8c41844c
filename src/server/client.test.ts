import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { clientOf, placeOf } from './client.ts'

const places: [address: string, place: string][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['not an address', 'not an address'],
]
for (const [address, place] of places) {
  test(`${address} is a client at ${place}`, () => assert.equal(placeOf(address), place))
}

const from = (forwarded: string | undefined, remoteAddress?: string) =>
  clientOf({
    headers: { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  } as unknown as FastifyRequest)

test('a client is whom the last proxy names, not whom the client does', () => {
  assert.equal(from('203.0.113.9, 192.0.2.7'), from('192.0.2.7'))
  assert.notEqual(from('203.0.113.9, 192.0.2.7'), from('203.0.113.9'))
})

test('without a proxy, a client is the other end of its connection', () => {
  assert.equal(from(undefined, '192.0.2.7'), from('192.0.2.7', '127.0.0.1'))
  assert.equal(from('', '192.0.2.7'), from('192.0.2.7'))
})

test('the key of a client does not show its address', () => {
  assert.match(from('192.0.2.7'), /^[\w-]{22}$/)
})
