import { arrivalScv, requestsACycle } from './arrivals.ts'
import { load, mostAtOnce } from './capacity.ts'
import type { Deployment } from './deployment.ts'
import type { Setting } from './sampler.ts'

/** How much is simulated: for a glance, for a figure, for the decision that everything stands on. */
export type Care = 'quick' | 'standard' | 'sure'

export interface SampleSize {
  /** Requests that come before those that count. */
  warmUp: number
  /** Requests that count. */
  requests: number
  /** Simulations, each with a seed of its own. */
  seeds: number
}

const cares = {
  quick: { relaxations: 15, least: 20_000, most: 30_000, warmUpAtMost: 30_000, seeds: 1 },
  standard: { relaxations: 60, least: 40_000, most: 100_000, warmUpAtMost: 60_000, seeds: 1 },
  sure: { relaxations: 150, least: 150_000, most: 300_000, warmUpAtMost: 150_000, seeds: 2 },
} as const

/**
 * How many requests tell what a system does in the long run; null: it has no long run that could be seen, as
 * its lines grow and nothing, or nothing soon, bounds them.
 *
 * A line forgets how it was after its relaxation time, which of a GI/G/c under load is 2 σ² / θ², with σ² = λ (ca² + cs²)
 * and the drift θ = cμ − λ in tasks (reflected Brownian motion; J. Abate and W. Whitt, Transient behavior of
 * regulated Brownian motion, 1987). In requests, that time × λ, it is 2 (ca² + cs²) (ρ / (1 − ρ))² however many
 * servers there are. So a large system needs no larger sample, except for its warm-up: its slots fill first, and
 * where requests do not go to the shortest line, each line takes some 1 / (1 − ρ) services until it is as long as it
 * will be.
 */
export function sampleSize(
  deployment: Deployment,
  setting: Setting,
  care: Care,
): SampleSize | null {
  const { known, question } = deployment
  const { arrivals } = question
  const { relaxations, least, most, warmUpAtMost, seeds } = cares[care]
  const busy = load(deployment, setting)
  const cycle = requestsACycle(arrivals, setting.ratePerS)
  if (busy >= 1) {
    const filled = requestsUntilFull(deployment, setting, busy)
    if (filled > warmUpAtMost) return null
    return { warmUp: Math.ceil(filled), requests: wholeCycles(least, cycle), seeds }
  }
  const scv = arrivalScv(arrivals) + deployment.profile.alone.scv
  const relaxation = 2 * scv * (busy / (1 - busy)) ** 2
  const slots = setting.instances * mostAtOnce(deployment) * busy
  const isOneLine = known.executor === 'queue' || setting.balance === 'least_conn'
  const settling = isOneLine ? relaxation + slots : slots / (1 - busy)
  return {
    warmUp: clamp(4 * settling, 2000, warmUpAtMost),
    requests: wholeCycles(clamp(relaxations * relaxation, least, most), cycle),
    // What one seed does to few lines, it does not do to many at once.
    seeds: slots > 200 ? 1 : seeds,
  }
}

/** How many requests come until lines are full or the first waits beyond its deadline, if more comes than goes. */
function requestsUntilFull(
  { known, question }: Deployment,
  { instances, ratePerS }: Setting,
  busy: number,
): number {
  const { lineLimit, queueLimit, deadlineMs } = question
  // An event loop takes all that comes, and gives up nothing.
  if (known.executor === 'event-loop') return Number.POSITIVE_INFINITY
  const places = { thread: instances * lineLimit, queue: queueLimit }
  const doneInDeadline = ((deadlineMs ?? Number.POSITIVE_INFINITY) * ratePerS) / busy / 1000
  return Math.min(places[known.executor], doneInDeadline) / (1 - 1 / busy)
}

/** With bursts, or a trace, a sample without all of a cycle would see too few of them, or too many. */
function wholeCycles(requests: number, cycle: number): number {
  return Math.ceil(requests / cycle) * cycle
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most))
}
