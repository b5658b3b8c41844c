import { formatDuration } from '../../report/duration.ts'
import { count, figure, listed, sentence } from '../../report/words.ts'
import { busyAtMost } from './capacity.ts'
import type { Answer, Breaks, Plan, PolicyOutcome, Question, Size } from './plan.ts'
import { outOf, percent, places } from './words.ts'

/**
 * What was found, in plain words and rounded figures, a sentence each: what is needed, how far that goes and what
 * then breaks, what more would take, what others feel, what balancing changes, and what was not measured.
 */
export function verdictOf({
  question,
  answers,
  policies,
}: Pick<Plan, 'question' | 'answers' | 'policies'>): string[] {
  return [
    ...needs(question, answers),
    ...answers.flatMap((answer) => limit(question, answer)),
    ...answers
      .filter(({ fewest }) => fewest !== null)
      .slice(0, 1)
      .flatMap(growth),
    ...answers.flatMap(bystanders),
    ...balancing(question, policies),
    ...notMeasured(answers),
  ]
}

function needs({ ratePerS, targets }: Question, answers: readonly Answer[]): string[] {
  const asked = targets.map(({ share, ms }) => `${outOf(share)} within ${formatDuration(ms)}`)
  const possible = answers.flatMap(({ executor, fewest }) =>
    fewest === null ? [] : [`${needed(fewest)} ${places[executor]}`],
  )
  const impossible = answers.flatMap(({ executor, why }) =>
    why === null ? [] : [sentence(`${places[executor]} no number of instances does it: ${why}`)],
  )
  const demand = `for ${perSecond(ratePerS)}, ${listed(asked)}`
  const takes = possible.length > 0 ? `it takes ${listed(possible)}` : 'nothing suffices'
  return [sentence(`${demand}, ${takes}`), ...impossible]
}

/** `1 server with 2 workers (5 cores)` */
function needed({ servers, workers, cores }: Size): string {
  const helped = workers > 0 ? ` with ${count(workers, 'worker')}` : ''
  return `${count(servers, 'server')}${helped} (${count(cores, 'core')})`
}

function limit(question: Question, { executor, fewest, headroom, predicted }: Answer): string[] {
  if (fewest === null || headroom === null) return []
  const { servers, workers } = fewest
  const [number, noun] = workers > 0 ? [workers, 'worker'] : [servers, 'server']
  const enough = `${count(number, noun)} ${number === 1 ? 'is' : 'are'} enough`
  const busy = ((predicted?.utilisation ?? 0) * headroom.ratePerS) / question.ratePerS
  const isBusy = headroom.breaks === 'latency' && busy > busyAtMost - 0.02
  const then = whatBreaks(isBusy ? 'work' : headroom.breaks, question)
  return [
    sentence(`${places[executor]}, ${enough} up to ${perSecond(headroom.ratePerS)}; then ${then}`),
  ]
}

/** `work`: cores have no time left, which is how latency breaks where waits are short until then. */
function whatBreaks(
  breaks: Breaks | 'work',
  { targets, deadlineMs, refusedAtMost }: Question,
): string {
  switch (breaks) {
    case 'work':
      return 'their cores have hardly any time left, and lines grow'
    case 'latency':
      return targets.length === 1
        ? `results come later than ${formatDuration(targets[0]!.ms)}`
        : 'results come later than asked'
    case 'refusals':
      return refusedAtMost === 0
        ? 'lines are full and requests are refused'
        : `lines are full and more than ${percent(refusedAtMost)} of requests are refused`
    case 'deadline':
      return `requests wait beyond their deadline of ${formatDuration(deadlineMs ?? 0)}`
    case 'server loop':
      return 'the event loops of the servers are too busy with HTTP'
  }
}

/** The least change of the rate that takes more. */
function growth({ executor, fewest: now, sensitivity }: Answer): string[] {
  const first = sensitivity.find(({ change, more }) => change === 'rate' && more !== 0)
  if (first === undefined) return []
  const { ratePerS, times, more, fewest } = first
  const grown = times === 2 ? 'twice as many' : `${percent(times - 1)} more`
  const at = `At ${perSecond(ratePerS)}, ${grown},`
  if (more === null || fewest === null)
    return [`${at} no number of instances suffices ${places[executor]}.`]
  const noun =
    fewest.workers === 0 ? 'server' : fewest.servers === now?.servers ? 'worker' : 'instance'
  return [
    `${at} you need ${more === 1 ? `one more ${noun}` : `${count(more, `more ${noun}`)}`} ${places[executor]}.`,
  ]
}

function bystanders({ executor, predicted }: Answer): string[] {
  if (executor !== 'event-loop' || predicted?.bystanderP99Ms == null) return []
  return [
    `On the event loop everybody waits behind tasks: 1 of 100 cheap requests takes longer than ${formatDuration(predicted.bystanderP99Ms)}.`,
  ]
}

/** A difference is felt from a tenth on, at the tail. */
function balancing({ balance }: Question, policies: readonly PolicyOutcome[]): string[] {
  const own = policies.find((each) => each.balance === balance)
  if (own === undefined) return []
  const others = policies.filter((each) => Math.abs(each.p99 / own.p99 - 1) > 0.1)
  if (others.length === 0) return ['How nginx chooses a server makes hardly any difference here.']
  const told = others.map((each) => `${took(each.p99)} with ${each.balance}`)
  return [
    `99 of 100 are done within ${took(own.p99)} with ${balance}; it would be ${listed(told)}.`,
  ]
}

function took(ms: number): string {
  return ms === Number.POSITIVE_INFINITY
    ? 'no time at all (more than 1 of 100 are refused)'
    : formatDuration(ms)
}

function notMeasured(answers: readonly Answer[]): string[] {
  const phrases = new Set(answers.flatMap(({ outside }) => outside))
  return phrases.size === 0 ? [] : [`Beyond what was measured: ${[...phrases].join('; ')}.`]
}

function perSecond(rate: number): string {
  return `${figure(rate)} requests/s`
}
