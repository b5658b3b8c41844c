import assert from 'node:assert/strict'
import { test } from 'node:test'
import { longestWaitS, readWait } from './prefer.ts'
import { Problem } from './problem.ts'

const readable: [header: string | string[] | undefined, seconds: number | undefined][] = [
  [undefined, undefined],
  ['', undefined],
  ['respond-async', undefined],
  ['wait=0', 0],
  ['wait=10', 10],
  ['WAIT=10', 10],
  ['Wait = 10', 10],
  ['wait="10"', 10],
  ['respond-async, wait=10', 10],
  ['return=minimal; foo="some parameter", wait=7', 7],
  ['wait=3, wait=5', 3],
  [['respond-async', 'wait=4'], 4],
  ['waiting=3', undefined],
  ['wait=007', 7],
  ['wait=60', longestWaitS],
  ['wait=61', longestWaitS],
  ['wait=999999999', longestWaitS],
]
for (const [header, seconds] of readable) {
  test(`Prefer: ${JSON.stringify(header)} asks for ${seconds ?? 'no wait'}`, () => {
    assert.equal(readWait(header), seconds)
  })
}

const unreadable = [
  'wait',
  'wait=',
  'wait=""',
  'wait=soon',
  'wait=-1',
  'wait=1.5',
  'wait=1e3',
  'wait=1 s',
  'wait=10=10',
  'wait="10',
  'wait=1000000000',
  'wait=٣',
  'respond-async, wait=soon',
]
for (const header of unreadable) {
  test(`Prefer: ${header} is refused, and the header named`, () => {
    assert.throws(
      () => readWait(header),
      (error) => {
        assert.ok(error instanceof Problem)
        assert.equal(error.status, 400)
        assert.deepEqual(error.body.errors, [
          { field: 'Prefer', detail: 'must be wait= and a whole number of seconds' },
        ])
        return true
      },
    )
  })
}
