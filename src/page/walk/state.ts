import { computed, effect, signal } from '@preact/signals'
import { pending, samples } from '../bystander/samples.ts'
import { now } from '../clock.ts'
import { fleetNow } from '../fleet-now.ts'
import { type Entry, entries } from '../work/entries.ts'
import { start } from '../work/start.ts'
import { newestRun, type Verdict } from './checks.ts'
import {
  browserKeeper,
  fresh,
  type Keeper,
  outcomeOf,
  type Progress,
  recall,
  remember,
} from './progress.ts'
import { nothing, type Seen, see, seeRun } from './seen.ts'
import { type Step, steps, task } from './steps.ts'

/** Where the walk is, and what it has seen of the step that is open. */

export const progress = signal<Progress>(fresh)

/** When the attempt at this step began, in milliseconds of the epoch: what came before does not count. */
const begunAt = signal(0)
const seen = signal<Seen>(nothing)
/** The run that the attempt has started; what else is run on the page is none of the walk's. */
const runId = signal<Entry['id'] | undefined>(undefined)
const own = computed(() => entries.value.filter(({ id }) => id === runId.value))

export const current = computed<Step>(() => steps[progress.value.step]!)

/** What becomes of the attempt. It is computed anew whenever something is seen, five times a second. */
export const verdict = computed<Verdict>(() =>
  current.value.check({
    begunAt: begunAt.value,
    now: now(),
    fleet: fleetNow.value,
    seen: seen.value,
    samples: samples.value,
    pending: pending.value,
    entries: own.value,
  }),
)

/** The run of this attempt. */
export const run = computed(() =>
  newestRun({ entries: own.value, begunAt: begunAt.value }, current.value.executor),
)

/** Workers that were killed, or have left, since the attempt began. */
export const lost = computed(() => seen.value.lost)

let isMoved = false

/** Whether somebody has gone to another step since the page was loaded. */
export const hasMoved = (): boolean => isMoved

/** Goes to a step. */
export function goTo(step: number): void {
  isMoved = true
  begin()
  progress.value = { ...progress.value, step }
}

/** Does what the step is about; what was seen of it before counts no longer. */
export function act(): void {
  const { step, outcomes } = progress.value
  const { [step]: _, ...others } = outcomes
  begin()
  progress.value = { ...progress.value, outcomes: others }
  runId.value = start(task, current.value.params, current.value.executor)
}

export const leave = () => setOpen(false)
export const resume = () => setOpen(true)

export function startOver(): void {
  begin()
  progress.value = fresh
}

function setOpen(isOpen: boolean): void {
  begin()
  progress.value = { ...progress.value, isOpen }
}

function begin(): void {
  begunAt.value = now()
  runId.value = undefined
  seen.value = nothing
}

/** Watches, judges and remembers until the returned function is called. */
export function walk(keeper: Keeper | undefined = browserKeeper()): () => void {
  progress.value = recall(keeper, steps.length)
  begin()
  const endings = [
    effect(() => remember(keeper, progress.value)),
    effect(() => {
      if (fleetNow.value && progress.value.isOpen) seen.value = see(seen.peek(), fleetNow.value)
    }),
    effect(() => {
      if (progress.value.isOpen && verdict.value.isDone) keep()
    }),
    effect(() => {
      if (progress.value.isOpen && run.value) seen.value = seeRun(seen.peek(), run.value)
    }),
  ]
  return () => {
    for (const end of endings) end()
  }
}

/** The first time that it is done is what counts. */
function keep(): void {
  const { step, outcomes } = progress.peek()
  if (outcomes[step] !== undefined) return
  const outcome = outcomeOf(verdict.peek())
  progress.value = { ...progress.peek(), outcomes: { ...outcomes, [step]: outcome } }
}
