import { count, figure } from '../../report/words.ts'
import type { Interval } from '../fit/profile.ts'
import { mostAtOnce } from './capacity.ts'
import type { Deployment } from './deployment.ts'
import type { Size } from './plan.ts'

const names = { thread: 'threads', queue: 'the queue', 'event-loop': 'the event loop' } as const

/** What an answer needs that was not measured, and what is taken in its place: a phrase each; none: nothing. */
export function outsideOf(deployment: Deployment, size: Size): string[] {
  const { question, profile, known } = deployment
  const { executor, range } = known
  const running = mostAtOnce(deployment)
  const { measuredTo, usl } = profile.scaling
  const phrases: (string | false)[] = [
    !known.measured &&
      `${names[executor]} ${executor === 'thread' ? 'were' : 'was'} not measured: what tasks take there is borrowed from another executor`,
    running > Math.max(1, measuredTo) &&
      `${running} tasks at once on a machine; ${measuredTo > 1 ? figure(measuredTo) : 'no more than 1'} ` +
        `${measuredTo >= 2 ? 'were' : 'was'} measured${usl.free === 'none' ? ', and how they slow each other down was not' : ''}`,
    // A server and a worker were on one machine when they were measured.
    Math.max(size.servers, size.workers) > 1 &&
      'more than one machine: they are taken not to slow each other down',
    isBeyond(size.servers, range.servers) &&
      `more than ${count(range.servers!.high, 'server')} ${were(range.servers!.high)} not measured`,
    executor === 'queue' &&
      isBeyond(size.workers, range.workers) &&
      `more than ${count(range.workers!.high, 'worker')} ${were(range.workers!.high)} not measured`,
    question.ratePerS > range.ratePerS &&
      'as high a rate was not measured through one nginx and Redis',
    known.gapMs === null &&
      'how long a thread is idle between two tasks was not measured: as little as can be is taken',
    known.overheadCpuMs === null &&
      executor !== 'event-loop' &&
      'how much CPU time HTTP takes is not known: no limit by it is taken',
    question.failures !== null && 'instances that die: simulated, not measured',
  ]
  return phrases.filter((phrase) => phrase !== false)
}

function isBeyond(instances: number, range: Interval | null): boolean {
  return range !== null && instances > range.high
}

function were(number: number): string {
  return number === 1 ? 'was' : 'were'
}
