import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import {
  type BootstrapOptions,
  type Effect,
  pairedEffect,
  shareEffect,
  twoSampleEffect,
} from './bootstrap.ts'
import { createNoise } from './noise.fixture.ts'

const times = 1000
const threshold = Math.log(1.02)

const isNoise = ({ estimate, low, high }: Effect) =>
  (low <= 0 && high >= 0) || Math.abs(estimate) < threshold

const methods = [
  {
    name: 'pairs',
    effect: (a: number[], b: number[], options: BootstrapOptions) =>
      pairedEffect(
        b.map((log, i) => log - a[i]!),
        options,
      ),
  },
  { name: 'two samples', effect: twoSampleEffect },
]

for (const { name, effect } of methods) {
  /** Of so many comparisons, how many give an effect like that. */
  const count = (
    { factor, ...noise }: { n: number; spread: number; bad?: number; factor: number },
    isSo: (effect: Effect) => boolean,
  ) => {
    const { trials } = createNoise(20)
    let found = 0
    for (let seed = 0; seed < times; seed++) {
      const [a, b] = [trials(noise), trials({ ...noise, centre: Math.log(factor) })]
      if (isSo(effect(a, b, { confidence: 0.99, seed, resamples: 500 }))) found++
    }
    return found
  }

  for (const { n, bad } of [
    { n: 10, bad: 0 },
    { n: 10, bad: 0.1 },
    { n: 30, bad: 0.1 },
  ])
    test(`${name}: no difference is noise, with ${n} trials of 10% noise, ${bad * 100}% bad`, () => {
      const found = count({ n, spread: 0.1, bad, factor: 1 }, isNoise)
      assert.ok(found >= 0.98 * times, `${found} of ${times}`)
    })

  test(`${name}: 20% more is found with ten trials of 5% noise`, () => {
    const found = count({ n: 10, spread: 0.05, factor: 1.2 }, ({ low }) => low > 0)
    assert.ok(found >= 0.99 * times, `${found} of ${times}`)
  })

  test(`${name}: 20% more is mostly found where one trial in twenty is bad`, () => {
    const found = count({ n: 10, spread: 0.05, bad: 0.05, factor: 1.2 }, ({ low }) => low > 0)
    assert.ok(found >= 0.75 * times, `${found} of ${times}`)
  })

  test(`${name}: the interval holds the true effect as often as it says, also at 90%`, () => {
    const { trials } = createNoise(30)
    let held = 0
    for (let seed = 0; seed < times; seed++) {
      const [a, b] = [trials({ n: 12, spread: 0.1 }), trials({ n: 12, spread: 0.1, centre: 0.3 })]
      const { low, high } = effect(a, b, { confidence: 0.9, seed, resamples: 500 })
      if (low <= 0.3 && high >= 0.3) held++
    }
    assert.ok(held > 0.87 * times && held < 0.96 * times, `${held} of ${times}`)
  })
}

for (const paired of [true, false]) {
  /** Ten trials of 50 requests, which fail by chance, and all of them in some trials. */
  const trials = (random: () => number, { failing, bad }: { failing: number; bad: number }) =>
    Array.from({ length: 10 }, () => {
      const chance = random() < bad ? 1 : failing
      const part = Array.from({ length: 50 }, random).filter((each) => each < chance).length
      return { part, whole: 50 }
    })
  const how = paired ? 'pairs' : 'two samples'
  for (const kind of [
    { failing: 0.02, bad: 0 },
    { failing: 0.2, bad: 0 },
    { failing: 0.01, bad: 0.2 },
  ])
    test(`${how}: equal shares of failures seldom differ: ${JSON.stringify(kind)}`, () => {
      const random = createRandom(40)
      let found = 0
      for (let seed = 0; seed < 300; seed++) {
        const [a, b] = [trials(random, kind), trials(random, kind)]
        const options = { confidence: 0.99, seed, resamples: 500, paired }
        if (shareEffect(a, b, options).low > 0) found++
      }
      assert.ok(found <= 3, `${found} of 300`)
    })

  test(`${how}: 10% more failures are found`, () => {
    const random = createRandom(41)
    let found = 0
    for (let seed = 0; seed < 200; seed++) {
      const a = trials(random, { failing: 0.02, bad: 0 })
      const b = trials(random, { failing: 0.12, bad: 0 })
      const options = { confidence: 0.99, seed, resamples: 500, paired }
      if (shareEffect(a, b, options).low > 0) found++
    }
    assert.ok(found >= 190, `${found} of 200`)
  })
}

test('the same seed gives the same interval, another one nearly the same', () => {
  const differences = createNoise(1).trials({ n: 10, spread: 0.1 })
  const of = (seed: number) => pairedEffect(differences, { confidence: 0.99, seed })
  assert.deepEqual(of(1), of(1))
  assert.notDeepEqual(of(1), of(2))
  assert.ok(Math.abs(of(1).high - of(2).high) < 0.02)
})

test('trials without any noise give an interval without width', () => {
  const { estimate, low, high } = pairedEffect(Array(10).fill(0.2), { confidence: 0.99, seed: 1 })
  for (const value of [estimate, low, high]) assert.ok(Math.abs(value - 0.2) < 1e-12)
})

test('10,000 resamples of 100 pairs take less than a second', () => {
  const differences = createNoise(1).trials({ n: 100, spread: 0.1 })
  const before = process.cpuUsage()
  pairedEffect(differences, { confidence: 0.99, seed: 1 })
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 1_000_000, `${user + system} µs`)
})
