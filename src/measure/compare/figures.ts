import { formatDuration } from '../../report/duration.ts'
import type { Metric } from './metrics.ts'

/** How comparisons write numbers; a minus is as wide as a plus. */

export const unknown = '—'

/** Of a metric: `610 ms`, `2.14 s`, `11.8/s`. */
export function value(amount: number | null, unit: Metric['unit']): string {
  if (amount === null) return unknown
  if (unit === 'per s') return `${figure(amount)}/s`
  return formatDuration(amount)
}

/** How far a ratio is from 1: `+8.2%`, `−12%`, `×5.2` from twice as much on, `÷5.2`. */
export function change(ratio: number): string {
  if (ratio >= 2) return `×${figure(ratio)}`
  if (ratio <= 0.5) return `÷${figure(1 / ratio)}`
  const percent = percentage(ratio - 1)
  return `${percent === '0' ? '±' : ratio > 1 ? '+' : '−'}${percent}%`
}

/** How much faster or slower: `12%`, `5.2 times`. */
export function size(ratio: number): string {
  const times = Math.max(ratio, 1 / ratio)
  return times >= 2 ? `${figure(times)} times` : `${percentage(ratio - 1)}%`
}

/** A part of 1, of either sign: `12%`, `0.4%`, `99.9%`. */
export function share(part: number): string {
  return `${Number((part * 100).toFixed(part > 0.1 && part < 0.9 ? 0 : 2))}%`
}

/** One decimal below ten percent, without sign. */
function percentage(part: number): string {
  const percent = Math.abs(part) * 100
  return `${Number(percent.toFixed(percent < 9.95 ? 1 : 0))}`
}

function figure(amount: number): string {
  return `${Number(amount.toPrecision(3))}`
}
