import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import { randomChoiceLineTail, randomChoiceSojournMs } from './random-two.ts'

const queueOf = (load: number, choices = 2) => ({ ratePerS: load * 10, serviceMs: 100, choices })

// M. Mitzenmacher, The power of two choices in randomized load balancing, 2001: the column "prediction" of his
// table of two choices.
for (const [load, services] of [
  [0.7, 1.6145],
  [0.9, 2.6141],
] as const)
  test(`the better of two at ${load * 100}%: ${services} services, as published`, () => {
    assert.equal((randomChoiceSojournMs(queueOf(load)) / 100).toFixed(4), String(services))
  })

test('the sum is that of its definition, term by term', () => {
  // 1 + ρ² + ρ⁶ + ρ¹⁴ + …, and with three choices 1 + ρ³ + ρ¹² + ρ³⁹ + …
  const of = (powers: number[]) => 100 * powers.reduce((sum, power) => sum + 0.5 ** power, 0)
  assertDigits(randomChoiceSojournMs(queueOf(0.5)), of([0, 2, 6, 14, 30, 62]))
  assertDigits(randomChoiceSojournMs(queueOf(0.5, 3)), of([0, 3, 12, 39]))
})

test('one choice is M/M/1', () => {
  assertDigits(randomChoiceSojournMs(queueOf(0.9, 1)), 1000)
  assertDigits(randomChoiceLineTail(queueOf(0.9, 1), 5), 0.9 ** 5)
})

test("Little's law: requests in the system are arrivals times time", () => {
  for (const [load, choices] of [
    [0.3, 2],
    [0.9, 2],
    [0.99, 2],
    [0.9, 4],
  ] as const) {
    let inSystem = 0
    for (let length = 1; length < 20; length++)
      inSystem += randomChoiceLineTail(queueOf(load, choices), length)
    assertDigits(inSystem, (load * randomChoiceSojournMs(queueOf(load, choices))) / 100)
  }
})

test('each choice more is better, the first by far', () => {
  const [one, two, three] = [1, 2, 3].map((choices) =>
    randomChoiceSojournMs(queueOf(0.95, choices)),
  )
  assert.ok(one! > 5 * two! && two! > three! && three! > two! / 2)
})

test('without requests there is only the service; with too many there is no end', () => {
  assert.equal(randomChoiceSojournMs(queueOf(0)), 100)
  assert.equal(randomChoiceSojournMs(queueOf(1)), Infinity)
  assert.equal(randomChoiceSojournMs(queueOf(1, 1)), Infinity)
})

test('what is no choice, load or length is refused', () => {
  assert.throws(() => randomChoiceSojournMs(queueOf(0.5, 0)), /choices/)
  assert.throws(() => randomChoiceSojournMs(queueOf(-1)), /rate/)
  assert.throws(() => randomChoiceLineTail(queueOf(1), 1), /load/)
  assert.throws(() => randomChoiceLineTail(queueOf(0.5), 0.5), /length/)
})
