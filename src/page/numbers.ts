/** The lower middle of some numbers; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]
}

/** Names by the numbers in them: server-2 before server-10. */
export const { compare: byNumber } = new Intl.Collator('en', { numeric: true })
