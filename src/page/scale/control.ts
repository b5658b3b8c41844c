import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Control } from '../../api/control.ts'
import { ask, post, Refused } from '../api.ts'
import type { Role, Scale } from './commands.ts'

/** The launcher of a local run, asked to change how many there are. It does not exist elsewhere. */

/** What it said last; undefined before it has. */
export const control = signal<Control | undefined>(undefined)

/** How many there shall be, from the click until it is done or has failed. */
export const wanted = signal<Scale | undefined>(undefined)

/** Whether it is at work. Meanwhile nothing else can be asked for. */
export const busy = signal(false)

/** Whether nothing is being changed, nor about to be. */
export const isAtRest = computed(() => !busy.value && wanted.value === undefined)

/** Why the last change or question failed, in words. */
export const problem = signal<string | undefined>(undefined)

/** Whether it answers its own machine only, and this page was opened from another one. */
export const isRefused = signal(false)

/** The numbers that are there, as the launcher has them. */
export const scale: ReadonlySignal<Scale | undefined> = computed(() => control.value?.scale)

/** How long no click must follow before a change is asked for: + three times is one change. */
const quietMs = 300

/** What a new stack allows; one that was started with more servers has more slots. */
const least: Scale = { server: 1, worker: 0 }

let pause: ReturnType<typeof setTimeout> | undefined

/** Asks how things are, unless something is being changed, whose answer will tell. */
export async function look(): Promise<void> {
  if (!isAtRest.peek()) return
  const isFirst = control.peek() === undefined
  try {
    const seen = await ask<Control>('/control')
    if (!isAtRest.peek()) return
    control.value = seen
    isRefused.value = false
    if (isFirst) problem.value = undefined
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 403) isRefused.value = true
    // Later on, what is known stays, and so does what was said about a change.
    if (isFirst) problem.value = (error as Error).message
  }
}

/** Whether there can be so many. */
export function isPossible(role: Role, number: number): boolean {
  if (control.value === undefined || busy.value) return false
  return number >= least[role] && number <= control.value.limits[role]
}

/** Wants a number of servers or workers: at once in what is shown, in fact when no more clicks follow. */
export function want(to: Partial<Scale>): void {
  const now = wanted.value ?? scale.value
  if (now === undefined || busy.value) return
  wanted.value = { ...now, ...to }
  problem.value = undefined
  clearTimeout(pause)
  pause = setTimeout(change, quietMs)
}

/** Wants one more or less of a role than was wanted last, if that can be. */
export function wantMore(role: Role, by: 1 | -1): void {
  const now = wanted.value ?? scale.value
  if (now !== undefined && isPossible(role, now[role] + by)) want({ [role]: now[role] + by })
}

/** Makes one crash, as `kill -9` does: the launcher starts it again. */
export const kill = (instance: string): Promise<void> =>
  work(() => ask<Control>('/control/kill', post({ instance })))

async function change(): Promise<void> {
  const [now, to] = [scale.value, wanted.value]
  if (now === undefined || to === undefined) return
  const changes: Partial<Scale> = {}
  if (to.server !== now.server) changes.server = to.server
  if (to.worker !== now.worker) changes.worker = to.worker
  if (Object.keys(changes).length > 0)
    await work(() => ask<Control>('/control/scale', post(changes)))
  wanted.value = undefined
}

async function work(doIt: () => Promise<Control>): Promise<void> {
  busy.value = true
  problem.value = undefined
  try {
    control.value = await doIt()
  } catch (error) {
    problem.value = (error as Error).message
  } finally {
    busy.value = false
  }
}
