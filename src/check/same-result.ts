import { isDeepStrictEqual } from 'node:util'
import { firstDifference } from './json-loss.ts'
import type { RunResult } from './lab-messages.ts'
import { type Check, duration, fail, ok, shortly } from './report.ts'

export interface PlacedRun {
  on: 'event loop' | 'thread' | 'queue'
  result: RunResult
}

const name = 'same result'

/** Whether runs of the same in several places, some twice in one, ended with the same result. */
export function sameResult(runs: readonly PlacedRun[]): Check {
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
  const values = runs.map(({ on, result }) => ({
    on,
    value: result.ok ? (JSON.parse(result.json) as unknown) : new Failure(result),
  }))
  const places = [...new Set(values.map(({ on }) => on))]
  for (const place of places) {
    const [first, ...again] = values.filter(({ on }) => on === place)
    const other = again.find(({ value }) => !isDeepStrictEqual(value, first?.value))
    if (first === undefined || other === undefined) continue
    return fail(name, {
      reason: 'not deterministic',
      detail: difference([`in one run ${where(place)}`, first.value], ['in the next', other.value]),
      advice:
        'a run may happen twice: take time, random numbers and what a run before has left out of it, ' +
        'or make them parameters',
      figures,
    })
  }
  const [first, ...others] = places.map((place) => values.find(({ on }) => on === place)!)
  const other = others.find(({ value }) => !isDeepStrictEqual(value, first?.value))
  if (first !== undefined && other !== undefined)
    return fail(name, {
      reason: 'depends on where it runs',
      detail: difference([where(first.on), first.value], [where(other.on), other.value]),
      advice:
        'use nothing of the process or thread in a run: its id, isMainThread, what another module has set',
      figures,
    })
  const [run] = runs.filter(({ on, result }) => on === 'thread' && result.ok)
  const took = run?.result.ok ? `, ${duration(run.result.runMs)}` : ''
  const each = runs.length / Math.max(1, places.length)
  return ok(name, `${inWords(places)} agree (${each} runs each${took})`, figures)
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

function difference([whereA, a]: [string, unknown], [whereB, b]: [string, unknown]): string {
  const said = (value: unknown) =>
    value instanceof Failure ? `it failed (${value.message})` : `it ended well`
  if (a instanceof Failure || b instanceof Failure)
    return `${whereA} ${said(a)}, ${whereB} ${said(b)}`
  const found = firstDifference(a, b)
  return `${found?.path ?? 'result'} is ${shortly(found?.a)} ${whereA}, and ${shortly(found?.b)} ${whereB}`
}

const inWords = (places: string[]) =>
  places.length < 2 ? places.join() : `${places.slice(0, -1).join(', ')} and ${places.at(-1)}`
