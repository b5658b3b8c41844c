import { computed, effect, signal } from '@preact/signals'
import type { TaskList } from '../../api/answers.ts'
import type { FieldError } from '../../api/problem.ts'
import { Refused, tasks } from '../api.ts'
import { link } from '../topology/stream.ts'
import type { Executor } from './entries.ts'
import { fieldsOf, placeErrors, readValues } from './schema.ts'
import { series, startSeries, stopSeries } from './series.ts'
import { start } from './start.ts'

/** What stands in the form, and what becomes of it when it is submitted. */

export type Offer = { state: 'loading' } | { state: 'away'; why: string; isAsked: boolean } | Ready
type Ready = { state: 'ready'; list: TaskList }

/** The tasks to choose from. */
export const offer = signal<Offer>({ state: 'loading' })

const chosenName = signal<string | undefined>(undefined)
/** By task, so that what was entered for one is still there when one comes back to it. */
const texts = signal<Readonly<Record<string, Readonly<Record<string, string>>>>>({})
export const executor = signal<Executor>('event-loop')
export const count = signal('1')
export const rate = signal('5')
const errors = signal<readonly FieldError[]>([])
/** Counts the submissions that were found wrong, so that the focus can go to the first mistake of each. */
export const mistakes = signal(0)

/** The task that is chosen; undefined where there is none. */
export const task = computed(() => {
  if (offer.value.state !== 'ready') return undefined
  const { list } = offer.value
  const name = chosenName.value ?? list.default
  return list.tasks.find((each) => each.name === name) ?? list.tasks[0]
})
export const fields = computed(() => fieldsOf(task.value?.params))
export const values = computed(() => texts.value[task.value?.name ?? ''] ?? {})

/** What is wrong, at its field, and what has no field here. */
export const placed = computed(() =>
  placeErrors(errors.value, [...fields.value.map(({ name }) => name), 'task', 'executor']),
)
/** Of the form's own fields; a parameter may be called the same. */
export const wrongMany = signal<{ count?: string; rate?: string }>({})

/** Asks for the tasks. What is shown stays until there is an answer, and a list until there is another one. */
export async function loadTasks(): Promise<void> {
  const before = offer.peek()
  if (before.state === 'away') offer.value = { ...before, isAsked: true }
  try {
    const list = await tasks()
    // The same list again is no news: nobody's field is drawn anew.
    if (before.state === 'ready' && JSON.stringify(before.list) === JSON.stringify(list)) return
    offer.value = { state: 'ready', list }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (offer.peek().state !== 'ready')
      offer.value = { state: 'away', why: error.message, isAsked: false }
  }
}

/**
 * Loads the tasks, and again whenever there is news of the fleet after there was none: a stack that was
 * started anew may have others. Until the returned function is called.
 */
export function followTasks(): () => void {
  let before: typeof link.value | undefined
  return effect(() => {
    const { value: now } = link
    const isBack = now === 'live' && (before === 'lost' || offer.peek().state === 'away')
    if (before === undefined || isBack) void loadTasks()
    before = now
  })
}

export function chooseTask(name: string): void {
  chosenName.value = name
  errors.value = []
}

export function enter(field: string, text: string): void {
  const name = task.value?.name ?? ''
  texts.value = { ...texts.value, [name]: { ...values.value, [field]: text } }
  forgive(field)
}

/** What was wrong is being changed: it is not called wrong any more. */
export function forgive(field: string): void {
  const left = errors.value.filter((each) => placeErrors([each], [field]).at.size === 0)
  if (left.length < errors.value.length) errors.value = left
}

/** @param unreadable names of number fields in which something else stands */
export function submit(unreadable: readonly string[] = []): void {
  const { value: chosen } = task
  if (chosen === undefined || series.value !== undefined) return
  const read = readValues(fields.value, values.value)
  const found = unreadable.map((field) => ({ field, detail: 'must be a number' }))
  if (!read.ok) found.push(...read.errors)
  const many = readMany()
  complain(found, many.wrong)
  if (found.length > 0 || !read.ok || Object.keys(many.wrong).length > 0) return
  const { params } = read
  const where = executor.value
  const send = () => void start(chosen.name, params, where, (wrong) => show(chosen.name, wrong))
  if (many.count === 1) send()
  else startSeries(many.count, many.rate, send)
}

/** Shows what the server found wrong. @returns whether all of it is at a field now */
function show(name: string, wrong: readonly FieldError[]): boolean {
  stopSeries()
  // What was refused after another task was chosen is said in the list only.
  if (name !== task.value?.name) return false
  complain(wrong)
  return placed.value.elsewhere.length === 0
}

function complain(found: readonly FieldError[], many: typeof wrongMany.value = {}): void {
  errors.value = found
  wrongMany.value = many
  if (found.length > 0 || Object.keys(many).length > 0) mistakes.value++
}

function readMany(): { count: number; rate: number; wrong: typeof wrongMany.value } {
  const wrong: typeof wrongMany.value = {}
  const many = Number(count.value)
  if (!(Number.isInteger(many) && many >= 1 && many <= 100))
    wrong.count = 'must be a whole number from 1 to 100'
  const perS = Number(rate.value)
  // One alone has no rate.
  if (many > 1 && !(perS >= 0.5 && perS <= 50)) wrong.rate = 'must be a number from 0.5 to 50'
  return { count: many, rate: perS, wrong }
}
