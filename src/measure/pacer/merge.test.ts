import assert from 'node:assert/strict'
import { test } from 'node:test'
import { merge } from './merge.ts'

const stream = (name: string, ...times: number[]) => ({ name, due: times.values() })

const merged = (...streams: ReturnType<typeof stream>[]) =>
  [...merge(streams)].map(({ due, stream }) => `${stream.name}${due}`).join(' ')

const cases: [string, string, ...ReturnType<typeof stream>[]][] = [
  ['no streams are nothing', ''],
  ['one stream stays as it is', 'a1 a2', stream('a', 1, 2)],
  ['two go by their times', 'a1 b2 b3 a4', stream('a', 1, 4), stream('b', 2, 3)],
  ['what is due at once goes as it is given', 'a1 b1 a2 b2', stream('a', 1, 2), stream('b', 1, 2)],
  ['one that has ended is left out', 'b0 a1 b7', stream('a', 1), stream('b', 0, 7), stream('c')],
]

for (const [name, expected, ...streams] of cases)
  test(name, () => assert.equal(merged(...streams), expected))
