import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../usage-error.ts'
import { files, findRun, readSummary } from '../records/run-folder.ts'
import type { ConditionSummary, Summary } from '../summary/schema.ts'

/** What is compared with what. */
export interface Sides {
  a: Summary
  b: Summary
  /** Both are of one run. */
  paired: boolean
  conditions: { a: ConditionSummary; b: ConditionSummary }[]
  /** Keys that only one of the runs has, where runs as a whole are compared. */
  left: { a: string[]; b: string[] }
}

/**
 * Reads A and B as they were typed: `RUN` or `RUN:CONDITION`. Of two runs, all conditions of the same key
 * are compared; a condition that is named on one side only is meant on both.
 *
 * @throws {UsageError} where there is no such run or condition, or both sides are the same
 */
export function readSides(aText: string, bText: string, cwd: string): Sides {
  const [a, b] = [readSide(aText, cwd), readSide(bText, cwd)]
  const paired = a.summary.run === b.summary.run && a.summary.startedAt === b.summary.startedAt
  const sides = { a: a.summary, b: b.summary, paired, left: { a: [], b: [] } }
  if (paired && (a.key ?? b.key) === (b.key ?? a.key)) throw new UsageError(twice(aText, a))
  if (a.key !== undefined || b.key !== undefined) {
    const conditions = {
      a: conditionOf(a.summary, a.key ?? b.key!, aText),
      b: conditionOf(b.summary, b.key ?? a.key!, bText),
    }
    return { ...sides, conditions: [conditions] }
  }
  const inB = new Map(b.summary.conditions.map((condition) => [condition.key, condition]))
  const conditions = a.summary.conditions.flatMap((condition) => {
    const partner = inB.get(condition.key)
    return partner === undefined ? [] : [{ a: condition, b: partner }]
  })
  if (conditions.length === 0) throw new UsageError(nothingInCommon(a, b))
  const left = { a: without(a.summary, b.summary), b: without(b.summary, a.summary) }
  return { ...sides, conditions, left }
}

interface Side {
  /** As it was typed. */
  run: string
  summary: Summary
  /** Undefined: all of them. */
  key: string | undefined
}

function readSide(text: string, cwd: string): Side {
  // A path may have colons, too; what follows the last is a key where it looks like one.
  const [, run, key] = /^(.+):([\w.-]+)$/.exec(text) ?? [undefined, text, undefined]
  return { run, summary: summaryOf(run, findRun(run, cwd)), key }
}

function summaryOf(run: string, folder: string): Summary {
  // A run that was killed has records, but nobody has summed them up.
  if (!existsSync(join(folder, files.summary)))
    throw new UsageError(`${run}: has no summary yet; make one: unblock report ${run}`)
  return readSummary(folder)
}

function conditionOf(summary: Summary, key: string, text: string): ConditionSummary {
  const found = summary.conditions.find((condition) => condition.key === key)
  if (found !== undefined) return found
  throw new UsageError(`${text}: no condition "${key}"; there are ${keysOf(summary).join(', ')}`)
}

function twice(text: string, { run, summary, key }: Side): string {
  const keys = keysOf(summary)
  const [first, second] = keys
  const example =
    second === undefined ? '' : `, such as unblock compare ${run}:${first} ${run}:${second}`
  return key === undefined
    ? `${text} is the same run twice; name two of its conditions${example}; it has ${keys.join(', ')}`
    : `${text} is the same condition twice; name another; there are ${keys.join(', ')}`
}

function nothingInCommon(a: Side, b: Side): string {
  const [inA, inB] = [keysOf(a.summary), keysOf(b.summary)]
  const example = `unblock compare ${a.run}:${inA[0]} ${b.run}:${inB[0]}`
  return `${a.run} and ${b.run} have no condition in common; name one of each, such as ${example}; ${a.run} has ${inA.join(', ')}; ${b.run} has ${inB.join(', ')}`
}

function keysOf(summary: Summary): string[] {
  return summary.conditions.map(({ key }) => key)
}

function without(one: Summary, other: Summary): string[] {
  const keys = new Set(keysOf(other))
  return keysOf(one).filter((key) => !keys.has(key))
}
