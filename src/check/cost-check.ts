import { type Check, duration, ok, skipped, warn } from './report.ts'

const name = 'cost'

/** An estimate beside what was measured, both in CPU milliseconds. */
export interface Estimate {
  params: Record<string, unknown>
  costMs: number
  cpuMs: number
}

/** Shorter runs are mostly their beginning, of which no estimate knows. */
const leastCpuMs = 30

/** Whether the task's own estimate is right within a factor of two; undefined: it has none. */
export function cost(estimates: readonly Estimate[] | undefined): Check {
  if (estimates === undefined)
    return skipped(
      name,
      'it has no cost(params): its runs count as free for the bounds of overload',
    )
  const telling = estimates.filter(({ cpuMs }) => cpuMs >= leastCpuMs)
  if (telling.length === 0)
    return skipped(
      name,
      `no run took ${leastCpuMs} ms of CPU, so nothing can be said of its estimate`,
    )
  const off = ({ costMs, cpuMs }: Estimate) => Math.max(costMs / cpuMs, cpuMs / costMs)
  const worst = telling.reduce((a, b) => (off(b) > off(a) ? b : a))
  const figures = { factor: Number.isFinite(off(worst)) ? off(worst) : null, estimates: telling }
  const seen = `${duration(worst.costMs)} estimated, ${duration(worst.cpuMs)} of CPU measured`
  if (off(worst) <= 2)
    return ok(name, `right within a factor of ${off(worst).toFixed(1)} (${seen})`, figures)
  const given = Object.entries(worst.params).map(([key, value]) => `${key}=${value}`)
  return warn(name, {
    reason: Number.isFinite(off(worst)) ? `off by a factor of ${off(worst).toFixed(1)}` : 'off',
    detail: given.length === 0 ? seen : `${seen}, with ${given.join(' ')}`,
    advice: 'mend cost(params), unless this machine is not the one that the estimate is for',
    figures,
  })
}
