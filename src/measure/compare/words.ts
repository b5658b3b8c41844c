import type { Change } from './change.ts'
import type { Comparison } from './comparison.ts'
import { change as changeWords, share, size, unknown, value } from './figures.ts'
import { metrics } from './metrics.ts'

/**
 * The verdict in one line: `queue → thread: 12% slower at the median (p50 610 ms → 683 ms; 99% interval
 * +8% to +17%, 10 pairs)`.
 */
export function verdictLine(comparison: Comparison): string {
  return `${comparison.names.a.label} → ${comparison.names.b.label}: ${said(comparison)}`
}

function said(comparison: Comparison): string {
  const { verdict, ratio, reasons, metric } = comparison
  const { where } = metrics[metric]
  if (verdict === 'unknown' || ratio === null)
    return `unknown: ${reasons[0] ?? 'nothing was measured'}`
  if (verdict === 'noise') return `noise: ${changeWords(ratio)} ${where} (${figures(comparison)})`
  return `${size(ratio)} ${verdict} ${where} (${figures(comparison)})`
}

function figures({ metric, a, b, interval, confidence, pairs, trials }: Comparison): string {
  const { short, unit } = metrics[metric]
  const between = interval === null ? unknown : intervalWords(interval)
  const sample = pairs === null ? `${trials.a} and ${trials.b} trials` : `${pairs} pairs`
  return `${short} ${value(a, unit)} → ${value(b, unit)}; ${share(confidence)} interval ${between}, ${sample}`
}

/** All that is said of one comparison: the verdict, why, and every metric. */
export function comparisonText(comparison: Comparison): string {
  const told = comparison.verdict === 'unknown' ? 1 : 0
  const reasons = comparison.reasons.slice(told).map((reason) => `  ${reason}\n`)
  return `${verdictLine(comparison)}\n${reasons.join('')}${changesTable(comparison)}`
}

function changesTable({ metrics: changes, metric, confidence }: Comparison): string {
  const head = ['', 'A', 'B', 'B to A', `${share(confidence)} interval`]
  // A metric of which neither side tells is no line worth reading.
  const rows = changes.filter(({ a, b }) => a !== null || b !== null).map(row)
  if (rows.length === 0) return ''
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i]!.length)))
  const line = (cells: readonly string[]) => {
    const marked = cells[0] === metrics[metric].short ? '› ' : '  '
    const padded = cells.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
    )
    return `  ${marked}${padded.join('  ').trimEnd()}\n`
  }
  return [head, ...rows].map(line).join('')
}

function row({ metric, a, b, ratio, interval }: Change): string[] {
  const { short, unit } = metrics[metric]
  return [
    short,
    value(a, unit),
    value(b, unit),
    ratio === null ? unknown : changeWords(ratio),
    interval === null ? unknown : intervalWords(interval),
  ]
}

function intervalWords([low, high]: readonly [number, number]): string {
  return `${changeWords(low)} to ${changeWords(high)}`
}
