import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCatalogue } from './catalogue.ts'
import { CostError, costMistake, costOf } from './cost.ts'
import { defineTask, type Task } from './define.ts'

const task = (cost?: unknown, n: object = { type: 'number', default: 4 }): Task =>
  defineTask({
    name: 'plain',
    summary: 'Does nothing',
    params: { type: 'object', properties: { n }, required: ['n'] },
    ...(cost === undefined ? {} : { cost: cost as () => number }),
    run: () => null,
  })

test('the cost of a run is what its task says, in whole milliseconds', () => {
  assert.equal(
    costOf(
      task(({ n }: { n: number }) => n * 1.4),
      { n: 3 },
      1000,
    ),
    4,
  )
})

test('it is no more than the run may take', () => {
  assert.equal(
    costOf(
      task(() => 1e30),
      {},
      1000,
    ),
    1000,
  )
})

test('a task that does not say costs nothing', () => {
  assert.equal(costOf(task(), {}, 1000), 0)
  assert.equal(costMistake(task()), undefined)
})

const mistakes: [what: string, cost: () => unknown, said: RegExp][] = [
  ['no number', () => '3', /returned 3$/],
  ['nothing', () => undefined, /returned undefined$/],
  ['a promise', async () => 3, /returned an object$/],
  ['NaN', () => Number.NaN, /returned NaN$/],
  ['infinity', () => Number.POSITIVE_INFINITY, /returned Infinity$/],
  ['less than nothing', () => -1, /returned -1$/],
  [
    'an error',
    () => {
      throw new Error('no idea\nat all')
    },
    /threw: no idea$/,
  ],
]
for (const [what, cost, said] of mistakes) {
  test(`a cost that is ${what} is a mistake that names the task`, () => {
    assert.throws(
      () => costOf(task(cost), {}, 1000),
      (error) => {
        assert.ok(error instanceof CostError)
        assert.match(error.message, /^plain: cost\(params\) must return a finite number/)
        assert.match(error.message, said)
        return true
      },
    )
    assert.match(costMistake(task(cost)) ?? '', said)
  })
}

test('the cost is checked with the default parameters, where all have one', () => {
  const cost = ({ n }: { n: number }) => (n === 4 ? -1 : 1)
  assert.match(costMistake(task(cost)) ?? '', /returned -1/)
  assert.equal(costMistake(task(cost, { type: 'number' })), undefined)
})

test('every built-in task says what it costs: more for more work, about 3 s for the default', async () => {
  const catalogue = await loadCatalogue()
  const cost = (name: string, params: object) =>
    costOf(catalogue.get(name)!, params, Number.POSITIVE_INFINITY)
  const picture = { width: 960, height: 640, centreX: -0.65, centreY: 0, zoom: 1 }
  const [primes, few] = [10_000_000, 1_000_000].map((limit) => cost('primes', { limit }))
  assert.ok(primes! > 2000 && primes! < 5000 && few! < primes! / 10, `${primes} and ${few} ms`)
  assert.equal(cost('password', { rounds: 20 }), 2 * cost('password', { rounds: 10 }))
  const [deep, flat] = [3000, 30].map((iterations) =>
    cost('mandelbrot', { ...picture, iterations }),
  )
  assert.ok(deep! > 5 * flat! && flat! > 0, `${deep} and ${flat} ms`)
  const outside = cost('mandelbrot', { ...picture, iterations: 3000, centreX: 2, zoom: 3 })
  assert.ok(outside < deep! / 5, `${outside} and ${deep} ms`)
  for (const each of catalogue.list()) assert.equal(costMistake(each), undefined)
})
