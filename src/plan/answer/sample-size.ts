import { arrivalScv, requestsACycle } from './arrivals.ts'
import { load, mostAtOnce } from './capacity.ts'
import { type Deployment, hasOneLine } from './deployment.ts'
import type { Setting } from './sampler.ts'

/** How much is simulated: for a glance, for a figure, for the decision that everything stands on. */
export const cares = ['quick', 'standard', 'sure'] as const
export type Care = (typeof cares)[number]

export interface SampleSize {
  /** Requests that come before those that count. */
  warmUp: number
  /** Requests that count. */
  requests: number
  /** Simulations, each with a seed of its own. */
  seeds: number
  /** False: lines take longer than the warm-up until they are as long as they will be. */
  isSettled: boolean
  /** False: instances die so rarely that hardly one does. */
  hasDeaths: boolean
}

/** Requests until lines are full, at most: few settings are of interest in which they are. */
const fillingAtMost = 3_000_000

interface Bounds {
  /** Relaxation times that are counted, in requests from `least` to `most`. */
  relaxations: number
  least: number
  most: number
  seeds: number
  /** Requests that come before, at most; with one line for all, or each with its own. */
  warmUpAtMost: number
  settlingAtMost: number
  forDeathsAtMost: number
}

/** What lines or deaths need beyond these would take too long. */
const bounds: Record<Care, Bounds> = {
  quick: {
    relaxations: 15,
    least: 20_000,
    most: 30_000,
    seeds: 1,
    warmUpAtMost: 30_000,
    settlingAtMost: 300_000,
    forDeathsAtMost: 250_000,
  },
  standard: {
    relaxations: 60,
    least: 40_000,
    most: 100_000,
    seeds: 1,
    warmUpAtMost: 60_000,
    settlingAtMost: 1_000_000,
    forDeathsAtMost: 250_000,
  },
  sure: {
    relaxations: 150,
    least: 150_000,
    most: 300_000,
    seeds: 2,
    warmUpAtMost: 300_000,
    settlingAtMost: 3_000_000,
    forDeathsAtMost: 600_000,
  },
}

/**
 * How many requests tell what a system does in the long run; null: it has no long run that could be seen, as
 * its lines grow and nothing, or nothing soon, bounds them.
 *
 * A line forgets how it was after its relaxation time, which of a GI/G/c under load is 2 σ² / θ², with σ² = λ (ca² + cs²)
 * and the drift θ = cμ − λ in tasks (reflected Brownian motion; J. Abate and W. Whitt, Transient behavior of
 * regulated Brownian motion, 1987). In requests, that time × λ, it is 2 (ca² + cs²) (ρ / (1 − ρ))² however many
 * servers there are. So a large system needs no larger sample, except for its warm-up: its slots fill first; and where
 * requests do not go to the shortest line, each has to settle by itself: in turn, within a relaxation time of its own,
 * with the shorter of two, within some 1 / (1 − ρ) services.
 */
export function sampleSize(
  deployment: Deployment,
  setting: Setting,
  care: Care,
): SampleSize | null {
  const { question } = deployment
  const { arrivals } = question
  const { relaxations, least, most, seeds, forDeathsAtMost } = bounds[care]
  const busy = load(deployment, setting)
  const cycle = requestsACycle(arrivals, setting.ratePerS)
  const isOneLine = hasOneLine(deployment, setting.balance)
  const warmUpAtMost = bounds[care][isOneLine ? 'warmUpAtMost' : 'settlingAtMost']
  const forDeaths = requestsForDeaths(deployment, setting)
  const hasDeaths = forDeaths <= bounds.sure.forDeathsAtMost
  const withDeaths = Math.min(forDeaths, hasDeaths || care === 'sure' ? forDeathsAtMost : 0)
  if (busy >= 1) {
    const filled = requestsUntilFull(deployment, setting, busy)
    if (filled > fillingAtMost) return null
    const requests = wholeCycles(Math.max(least, withDeaths), cycle)
    return { warmUp: Math.ceil(filled), requests, seeds: 1, isSettled: true, hasDeaths }
  }
  const relaxation = relaxationOf(arrivalScv(arrivals) + deployment.profile.alone.scv, busy)
  const slots = setting.instances * mostAtOnce(deployment)
  const warmUp = 4 * (isOneLine ? relaxation + slots : settlingOfLines(deployment, setting, busy))
  const settled = clamp(relaxations * relaxation, least, most)
  return {
    warmUp: clamp(warmUp, 2000, warmUpAtMost),
    requests: wholeCycles(Math.max(settled, withDeaths), cycle),
    // What one seed does to few lines, it does not do to many at once, nor in so long a time.
    seeds: slots > 200 || withDeaths > most ? 1 : seeds,
    isSettled: warmUp <= warmUpAtMost,
    hasDeaths,
  }
}

/** Requests, in all lines. Each has its part of the arrivals: in turn, they are more even than all of them. */
function settlingOfLines(deployment: Deployment, setting: Setting, busy: number): number {
  const { instances, balance } = setting
  const slots = instances * mostAtOnce(deployment)
  if (balance !== 'round_robin') return slots / (1 - busy)
  const { question, profile } = deployment
  const scv = arrivalScv(question.arrivals) / instances + profile.alone.scv
  return slots + instances * relaxationOf(scv, busy)
}

function relaxationOf(scv: number, busy: number): number {
  return 2 * scv * (busy / (1 - busy)) ** 2
}

/** Deaths in a sample, of all instances together, and how often the longest of their consequences fits into it. */
const deaths = 10
const recoveries = 5

/** How many requests come while so many instances die, and are missed, as tell what that does. */
function requestsForDeaths(deployment: Deployment, { instances, ratePerS }: Setting): number {
  const { failures } = deployment.question
  if (failures === null) return 0
  const betweenMs = (failures.meanBetweenMs + failures.downMs) / instances
  const spanMs = Math.max(deaths * betweenMs, recoveriesMs(deployment))
  return Math.ceil((spanMs * ratePerS) / 1000)
}

/** As many times as a sample needs, what a death takes until all is as before. */
export function recoveriesMs({ question, known }: Deployment): number {
  const { downMs, handBackMs } = question.failures ?? { downMs: 0, handBackMs: 0 }
  return recoveries * (downMs + (known.executor === 'queue' ? handBackMs : 0))
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
