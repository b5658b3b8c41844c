const units = { ms: 1, s: 1000, m: 60_000 } as const

/** Milliseconds of `500ms`, `1.5s` or `2m`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  if (number === undefined || unit === undefined) return undefined
  const ms = Number(number) * units[unit as keyof typeof units]
  return Math.round(ms * 1000) / 1000 // 1.1 s are no fraction of a microsecond more
}
