import type { Growth } from './growth.ts'
import type { Probed, Probing } from './probe-growth.ts'
import { type Check, duration, ok, shortly, skipped, warn } from './report.ts'

const name = 'growth'

/** How a run's time grows with each number, in words; a warning where a request could ask for too much. */
export function growth(probing: Probing, limitMs: number): Check {
  const { params, notTried, shortened } = probing
  if (params.length === 0 && notTried.length === 0)
    return skipped(name, 'it has no parameter that is a number')
  const detail = [
    ...params.map((each) => sentence(each)),
    ...(notTried.length > 0 ? [`not tried, for lack of time: ${notTried.join(', ')}`] : []),
    ...(params.length > 1 && Object.keys(shortened).length > 0
      ? [`(the others with ${assignments(shortened)}, so that they could be tried in time)`]
      : []),
  ].join('\n')
  const figures = { limitMs, params, notTried, shortened }
  const finding = params.map((each) => mistake(each, limitMs)).find((each) => each !== undefined)
  if (finding === undefined) return ok(name, detail, figures)
  return warn(name, { ...finding, detail: `${finding.detail}\n${detail}`, figures })
}

function mistake(probed: Probed, limitMs: number) {
  const { name, maximum, atMaximumMs, extrapolated, growth, threw, beyond } = probed
  if (threw !== null)
    return {
      reason: 'throws within its range',
      detail: `${name}=${digits(threw.x)}: ${threw.message}`,
      advice: "narrow the range in the schema: a request that fits it is this service's promise",
    }
  if (growth.kind === 'none' && beyond.length === 0) return undefined
  if (maximum === undefined)
    return {
      reason: 'no maximum',
      detail: `a request may ask for any ${name}`,
      advice: `give ${name} a maximum that a run can reach within ${duration(limitMs)}`,
    }
  if (atMaximumMs !== null && atMaximumMs > limitMs)
    return {
      reason: 'its maximum takes too long',
      detail: `${name}=${digits(maximum)} would take ${duration(atMaximumMs)}${extrapolated ? ' (extrapolated)' : ''}, and may take ${duration(limitMs)}`,
      advice: `lower the maximum of ${name}, or raise timeoutMs`,
    }
  return undefined
}

/** `limit: time grows as limit^1.5 (from 3 ms at 30,000 to 3.1 s at 10,000,000)` */
function sentence({ name, points, growth, beyond }: Probed): string {
  const [first, last] = [points[0], points.at(-1)]
  const cut = beyond.map(
    ({ x, moreThanMs }) => `; ended after ${duration(moreThanMs)} at ${digits(x)}`,
  )
  if (first === undefined || last === undefined) return `${name}: not known${cut.join('')}`
  const range = `from ${duration(first.ms)} at ${digits(first.x)} to ${duration(last.ms)} at ${digits(last.x)}`
  if (points.length < 2)
    return `${name}: not known${cut.join('') || ', no other value could be tried'}`
  if (growth.kind === 'none')
    return `${name}: does not matter (${digits(first.x)} to ${digits(last.x)})${cut.join('')}`
  return `${name}: ${law(name, growth)} (${range}${cut.join('')})`
}

function law(name: string, growth: Growth): string {
  if (growth.kind === 'exponential') {
    const { factor } = growth
    return factor >= 1
      ? `time doubles with every ${digits(Number((Math.LN2 / Math.log(factor)).toPrecision(2)))} more`
      : `time halves with every ${digits(Number((-Math.LN2 / Math.log(factor)).toPrecision(2)))} more`
  }
  if (growth.kind !== 'power') return 'time changes with it'
  const exponent = Number(growth.exponent.toFixed(1))
  if (exponent === 0) return 'time hardly changes with it'
  const power = exponent === 1 ? name : `${name}^${exponent}`
  return exponent > 0 ? `time grows as ${power}` : `time falls as ${power}`
}

const digits = (x: number) => x.toLocaleString('en', { maximumSignificantDigits: 12 })
const assignments = (params: Record<string, unknown>) =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? digits(value) : shortly(value)}`)
    .join(', ')
