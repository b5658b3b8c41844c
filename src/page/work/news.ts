import { effect, signal } from '@preact/signals'
import { type Entry, entries, hasEnded } from './entries.ts'

/** What a screen reader is told: what has ended. Not more often than it can be said. */

export const news = signal('')

const everyMs = 2000
const few = 3

/** Those that ended between two states of the list. */
export function endings(before: readonly Entry[], after: readonly Entry[]): Entry[] {
  const ended = new Set(before.filter(hasEnded).map(({ id }) => id))
  return after.filter((entry) => hasEnded(entry) && !ended.has(entry.id))
}

/** A few one by one, many by their number. */
export function inWords(ended: readonly Entry[]): string {
  if (ended.length <= few) return ended.map(one).join('; ')
  const counts = Map.groupBy(ended, ({ state }) => state)
  const parts = [...counts].map(([state, { length }]) => `${length} ${state}`)
  return `${ended.length} runs ended: ${parts.join(', ')}`
}

const one = ({ task, executor, state, error }: Entry) =>
  `${task}, ${executor}: ${state}${error ? `. ${error}` : ''}`

/** Keeps the news up to date. @returns a function that ends it */
export function tellNews(): () => void {
  let before = entries.peek()
  let untold: Entry[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = () => {
    timer = undefined
    if (untold.length === 0) return
    news.value = inWords(untold)
    untold = []
    timer = setTimeout(tell, everyMs)
  }
  const stop = effect(() => {
    untold.push(...endings(before, entries.value))
    before = entries.value
    if (timer === undefined) tell()
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}
