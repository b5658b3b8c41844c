import { formatDuration } from '../../report/duration.ts'
import { type ExecutorName, executorWords, listed, thousands } from '../../report/words.ts'
import type { Answer, Breaks, Question } from './plan.ts'

export { percent } from '../../report/words.ts'

/** How the answer names things. */

/** `on threads`; `on threads and the queue` */
export function on(...executors: readonly ExecutorName[]): string {
  return `on ${listed(executors.map((executor) => executorWords[executor].all))}`
}

/** A share in whole numbers: `95 of 100`, `999 of 1,000`, `1 of 100,000`. */
export function outOf(share: number): string {
  for (const whole of [100, 1000, 10_000, 100_000, 1_000_000]) {
    const part = Math.round(share * whole)
    if (Math.abs(share * whole - part) < 1e-6 && (part > 0 || share === 0))
      return `${thousands(part)} of ${thousands(whole)}`
  }
  return share < 0.001 ? 'less than 1 of 1,000' : `${Math.round(share * 1000)} of 1,000`
}

/** What happens above the highest rate that is met, as a clause: `lines are full and requests are refused`. */
export function whatBreaks(breaks: Breaks, executor: ExecutorName, question: Question): string {
  switch (breaks) {
    case 'cores':
      return 'their cores have hardly any time left'
    case 'latency':
      return question.targets.length === 1
        ? `results come later than ${formatDuration(question.targets[0]!.ms)}`
        : 'results come later than asked'
    case 'refusals':
      return refusals(executor, question)
    case 'deadline':
      // A loop that has begun a task cannot end it, and waits are within its requests.
      return `${many(executor, question)} ${executor === 'event-loop' ? 'take longer than' : 'wait beyond'} their deadline of ${formatDuration(question.deadlineMs ?? Number.POSITIVE_INFINITY)}`
    case 'server loop':
      return 'the event loops of the servers are too busy with HTTP'
  }
}

/** Full lines are one cause; where instances die there are others, and which of them it was is not known. */
function refusals(executor: ExecutorName, question: Question): string {
  const refused = `${many(executor, question)} are refused`
  const dies = question.failures !== null
  if (executor === 'queue')
    return dies
      ? `${refused} or given up, as the queue is full or workers die under them too often`
      : `the queue is full and ${refused}`
  if (!dies) return `lines are full and ${refused}`
  return `${refused}, as ${executor === 'thread' ? 'lines are full or ' : ''}no server is alive`
}

function many(executor: ExecutorName, { refusedAtMost }: Question): string {
  const noun = executor === 'queue' ? 'jobs' : 'requests'
  return refusedAtMost === 0 ? noun : `more than ${outOf(refusedAtMost)} ${noun}`
}

/** What an answer needs that was not measured, each phrase once: together those that the same executors need. */
export function outsideByExecutors(
  answers: readonly Answer[],
): { executors: ExecutorName[]; phrases: string[] }[] {
  const needing = new Map<string, ExecutorName[]>()
  for (const { executor, outside } of answers)
    for (const phrase of new Set(outside))
      needing.set(phrase, [...(needing.get(phrase) ?? []), executor])
  const groups = Map.groupBy(needing, ([, executors]) => executors.join())
  return [...groups.values()].map((group) => ({
    executors: group[0]![1],
    phrases: group.map(([phrase]) => phrase),
  }))
}
