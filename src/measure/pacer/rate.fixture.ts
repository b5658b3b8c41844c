import fc from 'fast-check'
import type { RateShape } from '../scenario/schema.ts'

/** Rates of every shape that send something sooner or later, for property tests. */
export const anyShape: fc.Arbitrary<RateShape> = (() => {
  const above0 = fc.double({ min: 0.01, max: 5000, noNaN: true })
  const from0 = fc.oneof(fc.constant(0), above0)
  return fc.oneof(
    fc.record({ shape: fc.constant('constant' as const), rate: above0 }),
    fc
      .record({ shape: fc.constant('ramp' as const), from: from0, to: from0 })
      .filter(({ from, to }) => from + to > 0),
    fc.record({
      shape: fc.constant('step' as const),
      rates: fc.array(above0, { minLength: 1, maxLength: 9 }),
    }),
    fc
      .record({ rate: from0, burst: above0, everyMs: fc.integer({ min: 20, max: 5000 }) })
      .chain((known) =>
        fc
          .integer({ min: 1, max: known.everyMs - 1 })
          .map((lengthMs) => ({ shape: 'bursts' as const, lengthMs, ...known })),
      ),
  )
})()
