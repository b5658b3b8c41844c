import type { SimulateOptions } from './system.ts'

/** @throws {RangeError} that names every number which makes no sense */
export function checkOptions({ system, warmUp, requests }: SimulateOptions): void {
  const { executor, servers, workers, threads, cores, speeds, deadlineMs, failures } = system
  const { lineLimit, queueLimit } = system
  const { meanBetweenMs = 1, downMs = 0, handBackMs = 0 } = failures ?? {}
  const instances = executor === 'queue' ? { workers } : { servers }
  const mistakes = [
    ...unless(isCount, 'a whole number from 1 on', { ...instances, cores, requests }),
    ...unless(isCount, 'a whole number from 1 on', executor === 'event-loop' ? {} : { threads }),
    ...unless((value) => value === 0 || isCount(value), 'a whole number from 0 on', { warmUp }),
    ...unless((value) => value >= 0, '0 or more', { lineLimit, queueLimit, deadlineMs }),
    ...unless((value) => value >= 0, '0 or more', { downMs, handBackMs }),
    ...unless((value) => value > 0, 'above 0', { meanBetweenMs }),
    ...(speeds.length > 0 && speeds.every((speed) => speed > 0)
      ? []
      : [`speeds are [${speeds.join(', ')}] and not one or more above 0`]),
  ]
  if (mistakes.length > 0) throw new RangeError(`This cannot be simulated: ${mistakes.join('; ')}.`)
}

function unless(
  isRight: (value: number) => boolean,
  what: string,
  values: Record<string, number>,
): string[] {
  return Object.entries(values)
    .filter(([, value]) => !isRight(value))
    .map(([name, value]) => `${name} is ${value} and not ${what}`)
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1
}
