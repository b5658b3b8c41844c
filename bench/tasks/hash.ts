import { defineTask, Type } from 'unblock'
import { hash } from './_hash.ts'

/** Native hashing: its cost does not change with what the compiler has seen, and Python has the same one. */
export default defineTask({
  name: 'hash',
  summary: 'Derives a key by so many rounds of HMAC-SHA-256',
  params: Type.Object({
    iterations: Type.Integer({ minimum: 1, maximum: 100_000_000, default: 1000 }),
  }),
  // About 2,000 a millisecond.
  cost: ({ iterations }) => iterations / 2000,
  run: ({ iterations }) => hash(iterations),
})
