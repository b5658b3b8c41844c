import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseDuration } from '../measure/scenario/duration.ts'
import { refused } from '../measure/scenario/flags.ts'
import { UsageError } from '../usage-error.ts'
import type { Arrivals, Question } from './answer/plan.ts'

/** Options of the command line for commander: each function reads one. All throw {UsageError}. */

const longUnits = { h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `500ms`, `2s`, `10m`, `12h`, `30d`. */
export const parseTime =
  (option: string) =>
  (text: string): number => {
    const [, number, unit] = /^(\d+(?:\.\d+)?)(h|d)$/.exec(text) ?? []
    const ms =
      unit === undefined
        ? parseDuration(text)
        : Number(number) * longUnits[unit as keyof typeof longUnits]
    if (ms !== undefined && ms > 0) return ms
    throw refused(option, text, 'a duration above 0 with its unit, such as 500ms, 2s, 10m or 12h')
  }

/** A whole number within bounds. */
export const parseCount =
  (option: string, { least, most }: { least: number; most: number }) =>
  (text: string): number => {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (count >= least && count <= most) return count
    throw refused(option, text, `a whole number from ${least} to ${most}`)
  }

/** A share of `0%`, `0.1%`. */
export function parseShare(text: string): number {
  const percent = /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN
  if (percent < 100) return percent / 100
  throw refused('refused', text, 'a percentage below 100%, such as 0.1%')
}

export function parsePrice(text: string): number {
  const price = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (price > 0) return price
  throw refused('price', text, 'what a core costs for an hour, a number above 0 such as 0.04')
}

const balances = ['least_conn', 'round_robin', 'random_two'] as const

export function parseBalance(text: string): Question['balance'] {
  const balance = balances.find((each) => each === text)
  if (balance !== undefined) return balance
  throw refused('balance', text, `one of ${balances.join(', ')}`)
}

/** `even`, `poisson`, or `5x10s/60s`: five times as much for 10 s of each minute. */
export function parseArrivals(text: string): Arrivals {
  if (text === 'even' || text === 'poisson') return { kind: text }
  const [, times, length, every] = /^(\d+(?:\.\d+)?)x([^/]+)\/(.+)$/.exec(text) ?? []
  const lengthMs = parseDuration(length ?? '')
  const everyMs = parseDuration(every ?? '')
  if (!(Number(times) > 1) || lengthMs === undefined || everyMs === undefined || !(lengthMs > 0))
    throw refused(
      'arrivals',
      text,
      'poisson, even, or bursts such as 5x10s/60s: five times the rate of else, for 10 s of each 60 s',
    )
  if (lengthMs >= everyMs)
    throw refused('arrivals', text, 'bursts that are shorter than the time from one to the next')
  return { kind: 'bursts', times: Number(times), everyMs, lengthMs }
}

/** Fewer say nothing about how requests come. */
const leastTraced = 100
const mostTraced = 1_000_000

/**
 * Gaps between requests of a file: a line each that begins with its time, in seconds (a number) or as a timestamp (RFC
 * 3339, also with a space), in any order. What else stands in a line, after white space or a comma, does not matter.
 */
export function readTrace(file: string): Arrivals {
  const times = textOf(file)
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [timeOf(file, line.trim(), index + 1)]))
    .toSorted((a, b) => a - b)
  if (times.length < leastTraced || times.length > mostTraced)
    throw new UsageError(
      `--trace ${file}: has ${times.length} times; it must have ${leastTraced} to ${mostTraced}, one a line`,
    )
  const gapsMs = times.slice(1).map((time, index) => time - times[index]!)
  if (!(times.at(-1)! > times[0]!))
    throw new UsageError(`--trace ${file}: all its times are the same`)
  return { kind: 'trace', name: basename(file), gapsMs }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--trace ${file}: cannot be read: ${(error as Error).message}`)
  }
}

function timeOf(file: string, line: string, number: number): number {
  const [seconds] = /^-?\d+(\.\d+)?(?=$|[\s,])/.exec(line) ?? []
  if (seconds !== undefined) return Number(seconds) * 1000
  // Of RFC 3339, which logs have with a space, too; without a zone it is UTC.
  const [, date, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?)(Z|[+-]\d\d:?\d\d)?(?=$|[\s,])/.exec(line) ??
    []
  const ms = Date.parse(`${date}T${time?.replace(',', '.')}${zone}`)
  if (Number.isFinite(ms)) return ms
  throw new UsageError(
    `--trace ${file}: line ${number} must begin with a time, in seconds or as 2026-11-26T16:40:05.120Z, not "${line.slice(0, 40)}"`,
  )
}
