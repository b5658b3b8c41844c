import type { Verdict } from './checks.ts'

/** What a step that is done has shown. */
export interface Outcome {
  /** The conditions, all of them met. */
  conditions: readonly string[]
  measured: string
  maxMs: number | undefined
  runMs: number | undefined
}

/** How far the walk is. It is kept in the browser. */
export interface Progress {
  /** The step that is open, from 0 on. */
  step: number
  /** Whether the walk is being followed, or was left. */
  isOpen: boolean
  /** By step. */
  outcomes: Readonly<Record<number, Outcome>>
}

export const fresh: Progress = { step: 0, isOpen: true, outcomes: {} }

const key = 'unblock.walk'
/** Of what is kept: another one's is not read. */
const version = 1

export type Keeper = Pick<Storage, 'getItem' | 'setItem'>

/** The walk as it was left; from its start where nothing is kept, or nothing that makes sense. */
export function recall(keeper: Keeper | undefined, stepCount: number): Progress {
  try {
    const kept: unknown = JSON.parse(keeper?.getItem(key) ?? 'null')
    if (!isObject(kept) || kept.version !== version) return fresh
    const isStep = (step: unknown) =>
      Number.isInteger(step) && Number(step) >= 0 && Number(step) < stepCount
    const outcomes: Record<number, Outcome> = {}
    for (const [step, outcome] of Object.entries(isObject(kept.outcomes) ? kept.outcomes : {}))
      if (isStep(Number(step)) && isOutcome(outcome)) outcomes[Number(step)] = readOutcome(outcome)
    return {
      step: isStep(kept.step) ? Number(kept.step) : 0,
      isOpen: kept.isOpen !== false,
      outcomes,
    }
  } catch {
    return fresh
  }
}

export function remember(keeper: Keeper | undefined, progress: Progress): void {
  try {
    keeper?.setItem(key, JSON.stringify({ version, ...progress }))
  } catch {
    // A browser that keeps nothing, or has no room: the walk starts anew the next time.
  }
}

/** Where the browser keeps it; undefined where it does not. */
export function browserKeeper(): Keeper | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}

export const outcomeOf = ({ conditions, measured, maxMs, runMs }: Verdict): Outcome => ({
  conditions: conditions.map(({ text }) => text),
  measured,
  maxMs,
  runMs,
})

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function isOutcome(value: unknown): value is { conditions: string[]; measured: string } {
  if (!isObject(value) || typeof value.measured !== 'string') return false
  return (
    Array.isArray(value.conditions) && value.conditions.every((each) => typeof each === 'string')
  )
}

function readOutcome(kept: { conditions: string[]; measured: string }): Outcome {
  const { conditions, measured, maxMs, runMs } = kept as Record<keyof Outcome, unknown> &
    typeof kept
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined)
  return { conditions, measured, maxMs: number(maxMs), runMs: number(runMs) }
}
