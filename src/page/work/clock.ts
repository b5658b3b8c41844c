import { computed, effect, signal } from '@preact/signals'
import { now as timeNow } from '../clock.ts'
import { entries, hasEnded } from './entries.ts'

/** The time that running entries are shown with, ten times a second while there are any. */
export const now = signal(0)

const everyMs = 100

const anyRuns = computed(() => entries.value.some((entry) => !hasEnded(entry)))

/** Lets the clock run when it is needed. @returns a function that ends it */
export function runClock(): () => void {
  const tick = () => {
    now.value = timeNow()
  }
  return effect(() => {
    if (!anyRuns.value) return
    tick()
    const timer = setInterval(tick, everyMs)
    return () => clearInterval(timer)
  })
}
