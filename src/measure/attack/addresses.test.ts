import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { test } from 'node:test'
import { createAddresses } from './addresses.ts'

const six = { address: '::1', family: 6 }
const four = { address: '127.0.0.1', family: 4 }
const other = { address: '127.0.0.2', family: 4 }

/** What it tells, and how often the host was asked for. */
function addressesOf(...answers: (LookupAddress[] | Error)[]) {
  let asked = 0
  const { lookup, answered } = createAddresses(async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]!
    if (answer instanceof Error) throw answer
    return answer
  })
  const find = () =>
    new Promise<string[]>((resolve, reject) =>
      lookup('host', { all: true }, (error, found) =>
        error ? reject(error) : resolve((found as LookupAddress[]).map(({ address }) => address)),
      ),
    )
  return { find, lookup, answered, asked: () => asked }
}

test('a host is asked for once, however many connections are opened', async () => {
  const { find, asked } = addressesOf([four])
  await Promise.all([find(), find(), find()])
  assert.deepEqual(await find(), ['127.0.0.1'])
  assert.equal(asked(), 1)
})

test('several addresses take turns', async () => {
  const { find } = addressesOf([four, other])
  assert.deepEqual(await find(), ['127.0.0.1', '127.0.0.2'])
  assert.deepEqual(await find(), ['127.0.0.2', '127.0.0.1'])
  assert.deepEqual(await find(), ['127.0.0.1', '127.0.0.2'])
})

test('those of the family that has answered come first', async () => {
  const { find, answered } = addressesOf([six, four])
  assert.deepEqual(await find(), ['::1', '127.0.0.1'])
  answered('IPv4')
  assert.deepEqual(await find(), ['127.0.0.1', '::1'])
  assert.deepEqual(await find(), ['127.0.0.1', '::1'])
})

test('who wants one address gets one', async () => {
  const { lookup } = addressesOf([six, four])
  const { promise, resolve } = Promise.withResolvers<unknown[]>()
  lookup('host', {}, (...answer) => resolve(answer))
  assert.deepEqual(await promise, [null, '::1', 6])
})

test('an error is not remembered', async () => {
  const { find } = addressesOf(new Error('no such host'), [four])
  await assert.rejects(find(), /no such host/)
  assert.deepEqual(await find(), ['127.0.0.1'])
})

test('after a while it asks again, and uses what it knows until it is told, or if it is not', async (t) => {
  const { find, asked } = addressesOf([four], new Error('name server away'), [other])
  t.mock.method(performance, 'now', () => now)
  let now = 0
  assert.deepEqual(await find(), ['127.0.0.1'])
  now += 20_000
  assert.deepEqual(await find(), ['127.0.0.1'])
  assert.equal(asked(), 2)
  now += 20_000
  assert.deepEqual(await find(), ['127.0.0.1'])
  assert.deepEqual(await find(), ['127.0.0.2'])
  assert.equal(asked(), 3)
})
