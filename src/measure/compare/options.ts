import { UsageError } from '../../usage-error.ts'
import { type MetricName, metricNames } from './metrics.ts'

/** What `unblock compare` takes when nothing else is said. */
export const defaults = {
  metric: 'p50',
  confidence: 0.99,
  threshold: 0.02,
  seed: 1,
} as const satisfies { metric: MetricName; confidence: number; threshold: number; seed: number }

/** @throws {UsageError} */
export function parseMetric(text: string): MetricName {
  const found = metricNames.find((name) => name === text)
  if (found === undefined)
    throw new UsageError(`--metric ${text}: must be one of ${metricNames.join(', ')}`)
  return found
}

/** `0.99` or `99%`. @throws {UsageError} */
export function parseConfidence(text: string): number {
  const confidence = percent(text) ?? number(text)
  if (confidence === undefined || confidence < 0.5 || confidence > 0.9999)
    throw new UsageError(`--confidence ${text}: must be between 0.5 and 0.9999`)
  return confidence
}

/** `2%`; a number alone could mean either. @returns a share. @throws {UsageError} */
export function parseThreshold(text: string): number {
  const threshold = text === '0' ? 0 : percent(text)
  if (threshold === undefined || threshold >= 1)
    throw new UsageError(`--threshold ${text}: must be a percentage below 100%, such as 2%`)
  return threshold
}

/** @throws {UsageError} */
export function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(seed < 2 ** 32))
    throw new UsageError(`--seed ${text}: must be a whole number from 0 to ${2 ** 32 - 1}`)
  return seed
}

function percent(text: string): number | undefined {
  const value = text.endsWith('%') ? number(text.slice(0, -1)) : undefined
  return value === undefined ? undefined : value / 100
}

function number(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}
