/** How the page writes numbers and times. */

const whole = new Intl.NumberFormat('en')

/** 3 ms, 2,954 ms. */
export const milliseconds = (ms: number) => `${whole.format(Math.round(ms))} ms`

/** Below a second in milliseconds, from then on in seconds: 240 ms, 2.9 s. */
export const duration = (ms: number) =>
  ms < 1000 ? milliseconds(ms) : `${(ms / 1000).toFixed(ms < 100_000 ? 1 : 0)} s`

/** 12,345 as it is; from a hundred thousand on 123 k, 12.3 M. */
export function count(value: number): string {
  if (value < 100_000) return whole.format(value)
  if (value < 1_000_000) return `${Math.floor(value / 1000)} k`
  return `${(Math.floor(value / 100_000) / 10).toFixed(1)} M`
}

/** 61 MB: in millions of bytes, as `unblock ps` has it. */
export const megabytes = (bytes: number) => `${whole.format(Math.round(bytes / 1e6))} MB`

/** A share from 0 to 1 as a percentage, never 100 % before it is. */
export const percent = (share: number) => `${Math.floor(share * 100)} %`
