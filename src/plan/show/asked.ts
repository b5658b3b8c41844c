import { formatDuration } from '../../report/duration.ts'
import { type Item, list } from '../../report/list.ts'
import type { Markup } from '../../report/markup.ts'
import { count, figure } from '../../report/words.ts'
import type { Arrivals, Question } from '../answer/plan.ts'
import { outOf } from '../answer/words.ts'
import { targetOf } from './words.ts'

/** The question, with all that was taken for granted in it. */
export function asked(question: Question): Markup {
  const { coresEach, threadsEach, failures, corePrice, deadlineMs } = question
  const items: Item[] = [
    ['Requests', `${figure(question.ratePerS)} a second, ${arrivalsOf(question.arrivals)}`],
    ['Targets', question.targets.map(targetOf).join('; ')],
    ['Not done', refusedOf(question.refusedAtMost)],
    ['Executors', question.executors.join(', ')],
    [
      'Each instance',
      `${count(coresEach, 'core')} and ${count(threadsEach, 'thread')} where it runs tasks; one of either on an event loop`,
    ],
    [
      'Lines',
      `${count(question.lineLimit, 'request')} may wait for a thread of a server, ${count(question.queueLimit, 'job')} in the queue`,
    ],
    ['Deadline', deadlineMs === null ? 'none' : formatDuration(deadlineMs)],
    ['Balancing', question.balance],
    ['Failures', failures === null ? 'no instance dies' : failuresOf(failures)],
    [
      'Price',
      corePrice === null ? 'none: cost is counted in cores' : `${corePrice} a core and hour`,
    ],
    ['Seed', `${question.seed}: the same question with it has the same answer`],
  ]
  return list(items)
}

function refusedOf(atMost: number): string {
  return `${atMost === 0 ? 'none' : `at most ${outOf(atMost)}`} may be refused or expire`
}

function arrivalsOf(arrivals: Arrivals): string {
  switch (arrivals.kind) {
    case 'poisson':
      return 'at random (Poisson)'
    case 'even':
      return 'evenly spaced'
    case 'bursts': {
      const { times, everyMs, lengthMs } = arrivals
      return `at random, ${figure(times)} times as many for ${formatDuration(lengthMs)} of every ${formatDuration(everyMs)}; the mean is what is asked`
    }
    case 'trace':
      return `spaced as in ${arrivals.name} (${count(arrivals.gapsMs.length, 'gap')}), stretched to this rate`
  }
}

function failuresOf({
  meanBetweenMs,
  downMs,
  handBackMs,
}: NonNullable<Question['failures']>): string {
  return `each instance that runs tasks dies once in ${formatDuration(meanBetweenMs)} on average and is back after ${formatDuration(downMs)}; jobs of a dead worker begin again after ${formatDuration(handBackMs)}`
}
