/**
 * How a duration is written for people, to three digits: `0.52 ms`, `612 ms`, `2.15 s`, `20 s`, `2 min 5 s`,
 * `1 h 30 min`. What takes infinitely long is done `never`.
 */
export function formatDuration(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'never'
  if (ms > 0 && ms < 0.01) return 'under 0.01 ms'
  if (ms < 999.5) return `${threeDigits(ms)} ms`
  if (ms < 59_950) return `${threeDigits(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return inTwo(seconds, 'min', 's')
  return inTwo(Math.round(seconds / 60), 'h', 'min')
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3))
}

function inTwo(small: number, largeUnit: string, smallUnit: string): string {
  const large = `${Math.floor(small / 60)} ${largeUnit}`
  return small % 60 === 0 ? large : `${large} ${small % 60} ${smallUnit}`
}
