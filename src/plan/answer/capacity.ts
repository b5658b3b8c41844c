import { speedAt } from '../fit/speeds.ts'
import { allenCunneenWaitMs, mgcWaitQuantileMs } from '../model/mgc.ts'
import { arrivalScv, peakRatePerS } from './arrivals.ts'
import { type Deployment, slotMs } from './deployment.ts'
import { leastLatencyMs } from './least-latency.ts'

/** What a number of instances can do at most, and what theory says of their waits: where a search begins. */

/**
 * Results a second of one instance whose slots are always taken: as many tasks at once as it has threads, or cores
 * if these are fewer, each at its speed; without the time in which it is dead.
 */
export function capacityPerS(deployment: Deployment, factor: number): number {
  return capacityOf(deployment, mean(slotMs(deployment.work, factor)))
}

/** Offered work over what so many instances can do; 1 and above: more comes than goes. */
export function load(
  deployment: Deployment,
  { instances, ratePerS, factor }: { instances: number; ratePerS: number; factor: number },
): number {
  return ratePerS / (instances * capacityPerS(deployment, factor))
}

/**
 * How much of what instances can do may be asked of them (0 to 1). Nearer to all of it, many instances together would
 * still be fast, if times are just what was measured: of a task that takes 2% longer, more would come than goes. Nor
 * could it be shown: a line would take longer to settle than can be simulated (see `sampleSize`).
 */
export const busyAtMost = 0.98

/**
 * Fewer instances than these are not enough, whatever the targets are: they would be busier than `busyAtMost`, even if
 * of all that comes the longest tasks are refused, as many as may be. An event loop refuses none.
 */
export function leastInstances(deployment: Deployment, ratePerS: number, factor: number): number {
  const { known, question, work } = deployment
  const refused = known.executor === 'event-loop' ? 0 : question.refusedAtMost
  const slots = slotMs(work, factor)
  const done = slots.slice(0, Math.ceil(slots.length * (1 - refused)))
  if (done.length === 0) return 1
  const meanMs = (mean(done) * done.length) / slots.length
  return Math.max(1, Math.ceil(ratePerS / capacityOf(deployment, meanMs) / busyAtMost))
}

/**
 * How many instances theory would take: one line for all their slots (M/G/c by Allen and Cunneen, see
 * `mgcWaitQuantileMs`), in which the wait that a target leaves is kept. Balancing, full lines and deadlines are
 * left out, bursts are taken as if they lasted: a simulation decides.
 */
export function guessInstances(deployment: Deployment, ratePerS: number, factor: number): number {
  const { targets, arrivals } = deployment.question
  const waits = targets.map(({ share, ms }) => ({
    share,
    ms: ms - leastLatencyMs(deployment, share, factor),
  }))
  const peakPerS = peakRatePerS(arrivals, ratePerS)
  const suffices = (instances: number) => {
    const queue = pooled(deployment, { instances, ratePerS: peakPerS, factor, running: undefined })
    return waits.every(({ share, ms }) => mgcWaitQuantileMs(queue, share) <= ms)
  }
  let low = leastInstances(deployment, peakPerS, factor) - 1
  let high = low + 1
  // Where no wait at all is left, theory never suffices.
  for (const most = 4 * high + 4; high < most && !suffices(high); ) [low, high] = [high, 2 * high]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (suffices(middle)) high = middle
    else low = middle
  }
  return high
}

/**
 * Mean wait by theory, M/G/c by Allen and Cunneen: a server for each slot, and service as fast as it is with as many
 * tasks on an instance as run there on average.
 */
export function theoreticalWaitMs(
  deployment: Deployment,
  setting: { instances: number; ratePerS: number; factor: number; running: number },
): number {
  return allenCunneenWaitMs(pooled(deployment, setting))
}

/** `running`: tasks at once on an instance; undefined: all slots. */
function pooled(
  deployment: Deployment,
  setting: { instances: number; ratePerS: number; factor: number; running: number | undefined },
) {
  const { speeds, work, question } = deployment
  const { instances, ratePerS, factor } = setting
  const slots = slotMs(work, factor)
  const atOnce = mostAtOnce(deployment)
  const alone = mean(slots)
  return {
    servers: instances * atOnce,
    ratePerS,
    serviceMs: alone / speedAt(speeds, setting.running ?? atOnce),
    serviceScv: mean(slots.map((ms) => (ms - alone) ** 2)) / alone ** 2,
    arrivalScv: arrivalScv(question.arrivals),
  }
}

/** Tasks that an instance runs at once, each with a core for itself. */
export function mostAtOnce({ threads, cores }: Deployment): number {
  return Math.min(threads, cores)
}

function capacityOf(deployment: Deployment, meanMs: number): number {
  const { failures } = deployment.question
  const alive =
    failures === null ? 1 : failures.meanBetweenMs / (failures.meanBetweenMs + failures.downMs)
  const atOnce = mostAtOnce(deployment)
  return (alive * atOnce * deployment.speeds[atOnce - 1]! * 1000) / meanMs
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
