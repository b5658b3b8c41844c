import { formatDuration } from '../../report/duration.ts'
import { list } from '../../report/list.ts'
import type { Markup } from '../../report/markup.ts'
import type { ConditionSummary, Summary } from '../summary/schema.ts'
import { isOfTasks } from './notes.ts'

/** What the words and figures mean. */
export function definitions(summary: Summary): Markup {
  const { conditions } = summary
  const deadlines = [...new Set(conditions.map(({ deadlineMs }) => formatDuration(deadlineMs)))]
  return list([
    [
      'Latency',
      'from when a request was due, not from when it could be sent, until its client had the result. Requests are sent when they are due, whether or not earlier ones are answered. Only completed ones have a latency.',
    ],
    [
      'Percentile',
      'p99 is the smallest latency that at least 99 % of the requests did not exceed (nearest rank). One is given only as far as the sample supports it: at least one value lies beyond.',
    ],
    ['Throughput', 'requests whose result came while requests were due, over that time.'],
    [
      'Goodput',
      `of the results that came while requests were due, those within the deadline${deadlines.length > 0 ? ` (${deadlines.join(', ')})` : ''}, over that time.`,
    ],
    [
      'Refused',
      'turned away at once, before any work (503 or 429). Failed: anything else but a result, except for requests that the generator did not send, or had open when the run was interrupted.',
    ],
    [
      'CPU per task',
      `seconds of one core: ${[...new Set(conditions.map(perTask))].join('; ')}. Wasted: on work whose result nobody got.`,
    ],
    ['Bystander', 'a cheap request made while the work runs: what other users feel.'],
    [
      'Void',
      'figures that would say more about the measuring than about the service, and must not be used: the generator sent requests late, or not at all, or the service was still busy with what came before. Each says why.',
    ],
    [
      'Warm-up',
      'requests before the counted time make load. They are in no count and no latency; but their results that come in the counted time are throughput, and the CPU time of a trial has theirs in it.',
    ],
  ])
}

function perTask(condition: ConditionSummary): string {
  return isOfTasks(condition)
    ? 'what tasks that completed used, over their number, by the counters of the instances'
    : 'what whole processes used, with all that they do besides, over the completed requests'
}
