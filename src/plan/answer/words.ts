import type { Question } from './plan.ts'

/** How the answer names things. */

export const places = {
  thread: 'on threads',
  queue: 'on the queue',
  'event-loop': 'on the event loop',
} as const satisfies Record<Question['executors'][number], string>

/** A share in whole numbers: `95 of 100`, `999 of 1000`, `37 of 1000`. */
export function outOf(share: number): string {
  for (const whole of [100, 1000, 10_000])
    if (Math.abs(share * whole - Math.round(share * whole)) < 1e-6)
      return `${Math.round(share * whole)} of ${whole}`
  return share < 0.001 ? 'less than 1 of 1000' : `${Math.round(share * 1000)} of 1000`
}

/** `3.2%`, `0.04%`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))}%`
}
