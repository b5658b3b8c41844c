import { isDeepStrictEqual } from 'node:util'
import { firstDifference } from './json-loss.ts'
import type { RunResult } from './lab-messages.ts'
import { type Check, duration, fail, ok, shortly } from './report.ts'

export interface PlacedRun {
  on: 'event loop' | 'thread' | 'queue'
  result: RunResult
}

const name = 'same result'

/**
 * Whether runs of the same in several places, some twice in one, ended with the same result. The clock of
 * those on the queue is ahead of that of the others.
 *
 * @param stopped runs as those that differ, with a clock that stands still: where these agree, it was the time
 */
export function sameResult(runs: readonly PlacedRun[], stopped: readonly PlacedRun[] = []): Check {
  const figures = {
    runs: runs.map(({ on, result }) => ({
      on,
      ok: result.ok,
      ...(result.ok ? { runMs: result.runMs, cpuMs: result.cpuMs } : { reason: result.reason }),
    })),
  }
  const changed = runs.find(({ result }) => result.observed?.changed)?.result.observed?.changed
  if (changed !== undefined && changed !== null)
    return fail(name, {
      reason: 'changes its parameters',
      detail: `after a run, ${changed} is not what it was`,
      advice:
        'a run must leave its parameters as they are: work on a copy, structuredClone(params)',
      figures,
    })
  const found = difference(runs)
  if (found === undefined) return agree(runs, figures)
  const { detail } = found
  const isTime =
    found.kind === 'later' ||
    (stopped.length > 0 &&
      stopped.every(({ result }) => result.ok) &&
      difference(stopped) === undefined)
  if (isTime)
    return fail(name, {
      reason: 'depends on the time',
      detail,
      advice: 'a job may run later, or twice: make the time a parameter, which its caller gives',
      figures,
    })
  if (found.kind === 'again')
    return fail(name, {
      reason: 'not deterministic',
      detail,
      advice:
        'a run may happen twice: take time, random numbers and what a run before has left out of it, ' +
        'or make them parameters',
      figures,
    })
  return fail(name, {
    reason: 'depends on where it runs',
    detail,
    advice:
      'use nothing of the process or thread in a run: its id, isMainThread, what another module has set',
    figures,
  })
}

interface Difference {
  /** Of one run from the next in one place, of one place from another, of a later time. */
  kind: 'again' | 'place' | 'later'
  detail: string
}

/** The first difference between runs; undefined where they agree. */
export function difference(runs: readonly PlacedRun[]): Difference | undefined {
  const values = runs.map(({ on, result }) => ({
    on,
    value: result.ok ? (JSON.parse(result.json) as unknown) : new Failure(result),
  }))
  const places = [...new Set(values.map(({ on }) => on))]
  for (const place of places) {
    const [first, ...again] = values.filter(({ on }) => on === place)
    const other = again.find(({ value }) => !isDeepStrictEqual(value, first?.value))
    if (first === undefined || other === undefined) continue
    const detail = inWords(
      [`in one run ${where(place)}`, first.value],
      ['in the next', other.value],
    )
    return { kind: 'again', detail }
  }
  const [first, ...others] = places.map((place) => values.find(({ on }) => on === place)!)
  const other = others.find(({ value }) => !isDeepStrictEqual(value, first?.value))
  if (first === undefined || other === undefined) return undefined
  const isLater = other.on === 'queue'
  const there = isLater ? 'with a clock that is over a year ahead' : where(other.on)
  return {
    kind: isLater ? 'later' : 'place',
    detail: inWords([where(first.on), first.value], [there, other.value]),
  }
}

function agree(runs: readonly PlacedRun[], figures: Check['figures']): Check {
  const places = [...new Set(runs.map(({ on }) => on))]
  const [run] = runs.filter(({ on, result }) => on === 'thread' && result.ok)
  const took = run?.result.ok ? `, ${duration(run.result.runMs)}` : ''
  const each = runs.length / Math.max(1, places.length)
  return ok(name, `${listed(places)} agree (${each} runs each${took})`, figures)
}

/** Alike, whatever is said of them: a comparison does not see a private field. */
class Failure {
  readonly #message: string
  constructor({ message }: { message: string }) {
    this.#message = message
  }
  get message(): string {
    return this.#message
  }
}

const where = (place: PlacedRun['on']) =>
  place === 'event loop' ? 'on the event loop' : `on the ${place}`

function inWords([whereA, a]: [string, unknown], [whereB, b]: [string, unknown]): string {
  const said = (value: unknown) =>
    value instanceof Failure ? `it failed (${value.message})` : `it ended well`
  if (a instanceof Failure || b instanceof Failure)
    return `${whereA} ${said(a)}, ${whereB} ${said(b)}`
  const found = firstDifference(a, b)
  return `${found?.path ?? 'result'} is ${shortly(found?.a)} ${whereA}, and ${shortly(found?.b)} ${whereB}`
}

const listed = (places: string[]) =>
  places.length < 2 ? places.join() : `${places.slice(0, -1).join(', ')} and ${places.at(-1)}`
