import { signal } from '@preact/signals'

/** Many runs at a rate, each sent when it is due, whatever became of those before it. */
export interface Series {
  readonly sent: number
  readonly of: number
}

/** The one that is being sent now. */
export const series = signal<Series | undefined>(undefined)

let timer: ReturnType<typeof setTimeout> | undefined

/** How many of a series are due so long after its start; the first one is due at once. */
export function countDue(elapsedMs: number, count: number, ratePerS: number): number {
  return Math.min(count, Math.floor((elapsedMs * ratePerS) / 1000 + 1e-9) + 1)
}

/** Sends a series in place of the one before it, if that is not done. */
export function startSeries(count: number, ratePerS: number, send: () => void): void {
  stopSeries()
  const startedAt = performance.now()
  let sent = 0
  const turn = () => {
    const due = countDue(performance.now() - startedAt, count, ratePerS)
    while (sent < due) {
      sent++
      send()
    }
    series.value = sent < count ? { sent, of: count } : undefined
    if (sent === count) return
    const nextAt = startedAt + (sent * 1000) / ratePerS
    timer = setTimeout(turn, Math.max(0, nextAt - performance.now()))
  }
  turn()
}

/** Sends no more of it; what was sent goes on. */
export function stopSeries(): void {
  clearTimeout(timer)
  series.value = undefined
}
