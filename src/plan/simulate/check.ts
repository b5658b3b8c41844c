import type { SimulateOptions } from './system.ts'

/** @throws {RangeError} that names every number which makes no sense */
export function checkOptions({ system, warmUp, requests }: SimulateOptions): void {
  const { servers, workers, threads, cores, speeds, deadlineMs, failures } = system
  const { meanBetweenMs = 1, downMs = 0, handBackMs = 0 } = failures ?? {}
  const mistakes = [
    ...(system.executor === 'queue' ? below({ workers }, 1) : below({ servers }, 1)),
    ...(system.executor === 'event-loop' ? [] : below({ threads }, 1)),
    ...below({ cores, requests }, 1),
    ...below({ warmUp, lineLimit: system.lineLimit, queueLimit: system.queueLimit }, 0),
    ...below({ deadlineMs, downMs, handBackMs }, 0),
    ...(meanBetweenMs > 0 ? [] : [`meanBetweenMs is ${meanBetweenMs}, not above 0`]),
    ...(speeds.length > 0 && speeds.every((speed) => speed > 0)
      ? []
      : [`speeds are [${speeds.join(', ')}], not one or more above 0`]),
  ]
  if (mistakes.length > 0) throw new RangeError(`This cannot be simulated: ${mistakes.join('; ')}.`)
}

function below(values: Record<string, number>, least: number): string[] {
  return Object.entries(values)
    .filter(([, value]) => !(value >= least)) // NaN, too
    .map(([name, value]) => `${name} is ${value}, not at least ${least}`)
}
