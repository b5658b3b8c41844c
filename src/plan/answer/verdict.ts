import { formatDuration } from '../../report/duration.ts'
import { count, figure, listed, percent, sentence } from '../../report/words.ts'
import type { Answer, Plan, PolicyOutcome, Question, Sensitivity, Size } from './plan.ts'
import { on, outOf, outsideByExecutors, whatBreaks } from './words.ts'

/**
 * What was found, in plain words and rounded figures, a sentence each: what is needed; what it stands on, where that
 * is far from anything that was measured; how far it goes and what then breaks, what more would take, what others feel,
 * what balancing changes, and what was not measured.
 */
export function verdictOf({
  question,
  profile,
  answers,
  policies,
}: Pick<Plan, 'question' | 'profile' | 'answers' | 'policies'>): string[] {
  return [
    needs(question, answers),
    ...farBeyond(question, profile, answers),
    ...answers.flatMap(impossible),
    ...surety(answers),
    ...answers.flatMap((answer) => limit(question, answer)),
    ...growth(answers),
    ...answers.flatMap(bystanders),
    ...balancing(question, policies),
    ...notMeasured(answers),
  ]
}

function needs({ ratePerS, targets }: Question, answers: readonly Answer[]): string {
  const asked = targets.map(({ share, ms }) => `${outOf(share)} within ${formatDuration(ms)}`)
  const possible = answers.flatMap((answer) =>
    answer.fewest === null ? [] : [`${needed(answer, answer.fewest)} ${on(answer.executor)}`],
  )
  const takes = possible.length > 0 ? `it takes ${listed(possible)}` : 'nothing suffices'
  return sentence(`for ${perSecond(ratePerS)}, ${listed(asked)}, ${takes}`)
}

/** `1 server with 2 workers (5 cores; 3 workers to be sure)`, `2 servers (4 cores; 3 servers to be sure)` */
function needed(answer: Answer, { servers, workers, cores }: Size): string {
  const helped = workers > 0 ? ` with ${count(workers, 'worker')}` : ''
  return `${count(servers, 'server')}${helped} (${count(cores, 'core')}${atWorst(answer)})`
}

function atWorst({ fewest, instancesInterval }: Answer): string {
  if (fewest === null || instancesInterval === null) return ''
  const { high } = instancesInterval
  if (high === null) return '; it may be that no number is enough'
  const now = fewest.workers || fewest.servers
  if (high <= now) return ''
  return `; ${count(high, fewest.workers > 0 ? 'worker' : 'server')} to be sure`
}

/** What the words of the first sentence mean, where it has them: no more than what the interval covers. */
function surety(answers: readonly Answer[]): string[] {
  const worst = answers.filter((answer) => atWorst(answer) !== '')
  if (worst.length === 0) return []
  const none = worst.filter(({ instancesInterval }) => instancesInterval?.high === null)
  const slow = 'as slow as the measured times, and they alone, leave possible'
  return [
    ...(worst.length > none.length ? [`“To be sure” is enough even if tasks are ${slow}.`] : []),
    ...(none.length > 0
      ? [
          sentence(
            `if tasks are ${slow}, no number is enough ${on(...none.map((each) => each.executor))}`,
          ),
        ]
      : []),
  ]
}

/** From so many times the measured rate on, what was not measured is not a detail. */
const far = 3

function farBeyond(
  { ratePerS }: Question,
  { executors }: Plan['profile'],
  answers: readonly Answer[],
): string[] {
  const isFar = (measuredPerS: number) => ratePerS > far * measuredPerS
  const answered = answers.filter(({ fewest }) => fewest !== null)
  const nginxPerS = Math.max(0, ...executors.map(({ range }) => range.ratePerS))
  const redisPerS = executors.find(({ executor }) => executor === 'queue')?.range.ratePerS ?? 0
  const isQueued = answered.some(({ executor }) => executor === 'queue')
  const parts = [
    ...(isFar(nginxPerS) ? [`${perSecond(nginxPerS)} through one nginx`] : []),
    ...(isQueued && isFar(redisPerS) ? [`${figure(redisPerS)} jobs/s through one Redis`] : []),
  ]
  if (answered.length === 0 || parts.length === 0) return []
  return [
    `No more was measured than ${listed(parts)}: whether ${parts.length > 1 ? 'these bear' : 'it bears'} ${figure(ratePerS)}/s is not known.`,
  ]
}

function impossible({ executor, why }: Answer): string[] {
  return why === null ? [] : [sentence(`${on(executor)} no number of instances does it: ${why}`)]
}

function limit(question: Question, { executor, fewest, headroom, outside }: Answer): string[] {
  if (fewest === null || headroom === null) return []
  const { servers, workers } = fewest
  const [number, noun] = workers > 0 ? [workers, 'worker'] : [servers, 'server']
  const enough = `${count(number, noun)} ${number === 1 ? 'is' : 'are'} enough`
  const beyond = headroom.isOutside && outside.length === 0 ? ', beyond what was measured' : ''
  const then = whatBreaks(headroom.breaks, executor, question)
  return [
    sentence(
      `${on(executor)}, ${enough} up to ${perSecond(headroom.ratePerS)}${beyond}; then ${then}`,
    ),
  ]
}

/** For each executor the least change of the rate that takes more; those of one rate together. */
function growth(answers: readonly Answer[]): string[] {
  const firsts = answers.flatMap(({ executor, sensitivity }) => {
    const first = sensitivity.find(
      ({ change, more }) => change === 'rate' && (more === null || differs(more)),
    )
    return first === undefined ? [] : [{ executor, ...first }]
  })
  const byTimes = Map.groupBy(
    firsts.toSorted((a, b) => a.times - b.times),
    ({ times }) => times,
  )
  return [...byTimes].map(([times, each]) => {
    const grown = times === 2 ? 'twice as many' : `${percent(times - 1)} more`
    const takes = each.flatMap(({ executor, more }) =>
      more === null ? [] : [`${moreOf(more)} ${on(executor)}`],
    )
    const none = each.filter(({ more }) => more === null).map(({ executor }) => executor)
    const needs = [
      ...(takes.length > 0 ? [`you need ${listed(takes)}`] : []),
      ...(none.length > 0 ? [`no number of instances suffices ${on(...none)}`] : []),
    ]
    return sentence(`at ${perSecond(each[0]!.ratePerS)}, ${grown}, ${needs.join('; ')}`)
  })
}

const differs = ({ servers, workers }: NonNullable<Sensitivity['more']>) =>
  servers !== 0 || workers !== 0

/** `one more server`, `5 more servers and 58 more workers` */
function moreOf({ servers, workers }: NonNullable<Sensitivity['more']>): string {
  const roles: [number: number, noun: string][] = [
    [servers, 'server'],
    [workers, 'worker'],
  ]
  return listed(
    roles
      .filter(([number]) => number !== 0)
      .map(([number, noun]) => {
        const size = Math.abs(number)
        const than = `${number > 0 ? 'more' : 'fewer'} ${noun}`
        return size === 1 ? `one ${than}` : count(size, than)
      }),
  )
}

function bystanders({ predicted }: Answer): string[] {
  if (predicted === null || predicted.bystanderP99Ms === null) return []
  const ms = predicted.bystanderP99Ms
  const felt =
    ms === Number.POSITIVE_INFINITY
      ? 'is never answered'
      : `takes longer than ${formatDuration(ms)}`
  return [`On the event loop everybody waits behind tasks: 1 of 100 cheap requests ${felt}.`]
}

/** A difference is felt from a tenth on, at the tail. */
function balancing({ balance }: Question, policies: Plan['policies']): string[] {
  const own = policies?.outcomes.find((each) => each.balance === balance)
  if (policies === null || own === undefined) return []
  const others = policies.outcomes.filter((each) => each !== own && isFelt(tail(each), tail(own)))
  if (others.length === 0) return ['How nginx chooses a server makes hardly any difference here.']
  const told = [own, ...others].map((each) => `with ${each.balance} ${tail(each).said}`)
  const among = `${on(policies.executor)} with ${count(policies.servers, 'server')}`
  return [sentence(`${among}, ${told[0]}; ${told.slice(1).join(', ')}`)]
}

interface Tail {
  /** The largest share (0 to 1) of which all are done in the end, and within which time. */
  share: number
  ms: number
  said: string
}

function tail({ p50, p95, p99 }: PolicyOutcome): Tail {
  const quantiles = [
    { share: 0.99, ms: p99 },
    { share: 0.95, ms: p95 },
    { share: 0.5, ms: p50 },
  ]
  const done = quantiles.find(({ ms }) => Number.isFinite(ms))
  if (done?.share === 0.99)
    return { ...done, said: `99 of 100 are done within ${formatDuration(done.ms)}` }
  const lost = quantiles.findLast(({ ms }) => !Number.isFinite(ms))!
  const said = `more than ${outOf(1 - lost.share)} are never done`
  return { share: done?.share ?? 0, ms: done?.ms ?? 0, said }
}

function isFelt(other: Tail, own: Tail): boolean {
  return other.share !== own.share || (own.share === 0.99 && Math.abs(other.ms / own.ms - 1) > 0.1)
}

/** Each phrase once: first what is true of all, then of whom else it is true. */
function notMeasured(answers: readonly Answer[]): string[] {
  const answered = answers.filter(({ fewest }) => fewest !== null)
  const groups = outsideByExecutors(answered).toSorted(
    (a, b) => b.executors.length - a.executors.length,
  )
  if (groups.length === 0) return []
  const parts = groups.map(({ executors, phrases }) => {
    const isAll = executors.length === answered.length
    return `${isAll ? '' : `${on(...executors)}, `}${phrases.join('; ')}`
  })
  const [first, ...others] = parts
  return [[`Beyond what was measured: ${first}.`, ...others.map(sentence)].join(' ')]
}

function perSecond(rate: number): string {
  return `${figure(rate)} requests/s`
}
