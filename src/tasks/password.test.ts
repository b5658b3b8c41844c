import assert from 'node:assert/strict'
import { test } from 'node:test'
import password from './password.ts'

function run(params: { password: string; salt: string; rounds: number }) {
  const fractions: number[] = []
  const signal = new AbortController().signal
  const result = password.run(params, { progress: (fraction) => fractions.push(fraction), signal })
  return { result, fractions }
}

const vector = { password: 'pleaseletmein', salt: 'SodiumChloride' }

test('one round is the third test vector of RFC 7914, section 12', () => {
  assert.deepEqual(run({ ...vector, rounds: 1 }).result, {
    rounds: 1,
    hash:
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  })
})

test('each round is salted with the hash of the one before it', () => {
  // Computed by Python, hash = salt at first:
  //   hash = hashlib.scrypt(b'pleaseletmein', salt=hash, n=16384, r=8, p=1, dklen=64)
  assert.deepEqual(run({ ...vector, rounds: 3 }).result, {
    rounds: 3,
    hash:
      '18b81c25e5cec81043fe4d3c69c7aae316cb0b36c3d05822b04ce0ad1ba70ffb' +
      'a45c5bdb7d923191725483366669e3078131bf285dd4e37f43f6bdb89d08c9fb',
  })
})

test('progress goes round by round', () => {
  assert.deepEqual(run({ ...vector, rounds: 4 }).fractions, [0.25, 0.5, 0.75, 1])
})
