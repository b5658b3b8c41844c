import { scryptSync } from 'node:crypto'
import { defineTask } from './define.ts'

// Measured on an AMD EPYC: 45 to 55.
const msPerRound = 50

/**
 * scrypt (RFC 7914) as services use it to store passwords. The cost grows with the number of rounds,
 * not with N: a thread cannot be ended inside native code, and one round takes 50 to 100 ms.
 */
export default defineTask({
  name: 'password',
  summary: 'Hashes a password with scrypt, round upon round',
  params: {
    type: 'object',
    properties: {
      password: {
        type: 'string',
        maxLength: 128,
        default: 'correct horse battery staple',
        description: 'a made-up one: the address of a GET request ends up in logs',
      },
      salt: {
        type: 'string',
        maxLength: 128,
        default: 'SodiumChloride',
        description: 'salt of the first round; each next one is salted with the hash before it',
      },
      rounds: {
        type: 'integer',
        minimum: 1,
        maximum: 400,
        default: 20,
        description: 'rounds of N=16384, r=8, p=1, one after the other',
      },
    },
    required: ['password', 'salt', 'rounds'],
  },
  timeoutMs: 60_000,
  cost: ({ rounds }) => rounds * msPerRound,
  run({ password, salt, rounds }, { progress }) {
    let hash = Buffer.from(salt)
    for (let round = 1; round <= rounds; round++) {
      hash = scryptSync(password, hash, 64, { N: 16_384, r: 8, p: 1 })
      progress(round / rounds)
    }
    return { rounds, hash: hash.toString('hex') }
  },
})
