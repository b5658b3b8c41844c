/** How the report writes numbers; of what is not known, a dash. */

export const unknown = '—'

/** Three significant digits: `0.5`, `9.31`, `584`, `12,400`. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown
  const rounded = Number(value.toPrecision(3))
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 4 })
}

/** For a column of figures: the last digits even where they are zeros, `1.40`; whole numbers stay whole. */
export function cell(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown
  if (Number.isInteger(value) || Math.abs(value) >= 99.95) return figure(value)
  return Math.abs(value) < 1 && Math.abs(value) >= 0.0005 ? value.toFixed(3) : value.toPrecision(3)
}

/** `1 server`, `3 servers`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
}

/** `26 November 2026, 16:40 UTC`; what is no timestamp stays as it is. */
export function day(timestamp: string): string {
  const at = new Date(timestamp)
  if (Number.isNaN(at.getTime())) return timestamp
  const [year, month, date] = timestamp.slice(0, 10).split('-')
  return `${Number(date)} ${months[Number(month) - 1]} ${year}, ${at.toISOString().slice(11, 16)} UTC`
}

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]

/** As a scenario file has it: `500ms`, `20s`, `2m`. */
export function fileDuration(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000}s` : `${ms}ms`
}

/** `7.6 GiB` */
export function bytes(value: number): string {
  return value < 2 ** 30 ? `${figure(value / 2 ** 20)} MiB` : `${figure(value / 2 ** 30)} GiB`
}
