import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { QueueDepth } from './queue-depth.ts'

const depth = (durationMs: number, samples: readonly [at: number, waiting: number][]) => {
  const queue = new QueueDepth(durationMs)
  for (const [at, waiting] of samples) queue.add(at, waiting)
  return queue
}

describe('the depth of the queue', () => {
  for (const [what, samples, expected] of [
    ['is not known without samples', [], null],
    [
      'is not known from samples of other times',
      [
        [-500, 9],
        [1001, 9],
      ],
      null,
    ],
    ['is what one sample saw', [[500, 3]], { mean: 3, max: 3 }],
    ['is what one sample saw in the last moment', [[1000, 3]], { mean: 3, max: 3 }],
    [
      'counts a sample until the next one',
      [
        [0, 0],
        [900, 10],
      ],
      { mean: 1, max: 10 },
    ],
    [
      'is weighted by time, not by samples',
      [
        [0, 4],
        [800, 0],
        [900, 0],
      ],
      { mean: 3.2, max: 4 },
    ],
    [
      'leaves out the warm-up',
      [
        [-500, 50],
        [0, 2],
        [500, 4],
      ],
      { mean: 3, max: 4 },
    ],
  ] as [string, [number, number][], { mean: number; max: number } | null][])
    it(what, () => assert.deepEqual(QueueDepth.of([depth(1000, samples)]), expected))

  it('of several trials is weighted by their time, and known if one of them knows', () => {
    const both = [depth(1000, [[0, 4]]), depth(3000, [[0, 0]]), depth(9000, [])]
    assert.deepEqual(QueueDepth.of(both), { mean: 1, max: 4 })
    assert.deepEqual(QueueDepth.of(both), { mean: 1, max: 4 }, 'asked again')
    assert.equal(QueueDepth.of([]), null)
  })
})
