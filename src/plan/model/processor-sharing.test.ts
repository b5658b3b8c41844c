import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import { mmcSojournMs } from './mmc.ts'
import { processorSharingSojournMs } from './processor-sharing.ts'

test('shared out, exponential services take as long as one after another', () => {
  for (const ratePerS of [0, 3, 9.9]) {
    const queue = { ratePerS, serviceMs: 100 }
    assertDigits(processorSharingSojournMs(queue), mmcSojournMs({ ...queue, servers: 1 }))
  }
})

test('at 80% a service takes five times as long as alone', () => {
  assertDigits(processorSharingSojournMs({ ratePerS: 8, serviceMs: 100 }), 500)
})

test('with as much work as can be done, or more, it has no end', () => {
  assert.equal(processorSharingSojournMs({ ratePerS: 10, serviceMs: 100 }), Infinity)
})

test('what is no queue is refused', () => {
  assert.throws(() => processorSharingSojournMs({ ratePerS: 1, serviceMs: 0 }), /service time/)
})
