/** How reports, tables and sentences write numbers and names; of what is not known, a dash. */

export const unknown = '—'

/** All digits, in groups of three: `12,437`. */
export function thousands(value: number): string {
  return value.toLocaleString('en-US')
}

/** Three significant digits: `0.5`, `9.31`, `584`, `12,400`. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
}

/** For a column of figures: the last digits even where they are zeros, `1.40`; whole numbers stay whole. */
export function cell(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown
  if (Number.isInteger(value) || Math.abs(value) >= 99.95) return figure(value)
  return Math.abs(value) < 1 && Math.abs(value) >= 0.0005 ? value.toFixed(3) : value.toPrecision(3)
}

/** Two significant digits below 100, three above, and all of whole thousands: `9.3`, `12`, `612`, `1240`. */
export function rounded(value: number): number {
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value)
  return Number(value.toPrecision(size < 99.5 ? 2 : 3))
}

/** Requests a second: `1.2/s`. */
export function rate(perS: number): string {
  return `${Number(perS.toPrecision(3))}/s`
}

/**
 * Of a whole, to what is worth reading: `0%`, `0.02%`, `3.2%`, `87%`, `1,200%`; what is more than nothing and rounds
 * to it is `less than 0.01%`.
 */
export function percent(share: number): string {
  const percents = share * 100
  if (percents > 0 && percents < 0.005) return 'less than 0.01%'
  const digits = percents < 0.095 ? 2 : percents < 9.95 ? 1 : 0
  return `${thousands(Number(percents.toFixed(digits)))}%`
}

/** The same where there is no room for words: `<0.01%`. */
export function percentCell(share: number): string {
  return percent(share).replace('less than ', '<')
}

/**
 * A difference: `+3.2%`, `−12%`, `±0%`; a minus is as wide as a plus.
 *
 * @param form how its size is written
 */
export function signed(difference: number, form: (size: number) => string = percentCell): string {
  const size = form(Math.abs(difference))
  if (size === form(0)) return `±${size}`
  return `${difference > 0 ? '+' : '−'}${size}`
}

/**
 * `1 server`, `1,200 servers`.
 *
 * @param form how the number is written: `String` where other numbers have no groups either
 */
export function count(
  number: number,
  noun: string,
  form: (number: number) => string = thousands,
): string {
  return `${form(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** A sentence of its own: with a capital and a full stop. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}

export type ExecutorName = 'event-loop' | 'thread' | 'queue'

/** What executors are called within sentences: alone, where one task runs, and where all do. */
export const executorWords: Record<ExecutorName, { name: string; one: string; all: string }> = {
  'event-loop': { name: 'event loop', one: 'the event loop', all: 'the event loop' },
  thread: { name: 'thread', one: 'a thread', all: 'threads' },
  queue: { name: 'queue', one: 'the queue', all: 'the queue' },
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
