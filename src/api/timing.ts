import { Type } from 'typebox'

/** How long a run waited and took, in milliseconds. */
export const Timing = Type.Object({
  waitMs: Type.Number({ minimum: 0, description: 'waited before the run' }),
  runMs: Type.Number({ minimum: 0, description: 'the run itself' }),
})

/** Milliseconds as the API shows them: to three decimals. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
