/** A row of the table at the end of a run; `good` false: this is why it failed. */
export interface Row {
  what: string
  value: string
  good?: boolean
}

/** Prints rows in two columns; what is not good is marked. */
export function table(title: string, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length))
  const lines = rows.map(
    ({ what, value, good = true }) =>
      `  ${what.padEnd(width)}  ${value}${good ? '' : '   ← NOT GOOD'}`,
  )
  return [title, ...lines].join('\n')
}

/** `3 a, 4 b`, the most frequent first. */
export function countsText(counts: Record<string, number>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return entries.map(([name, count]) => `${count} ${name}`).join(', ') || 'none'
}
