import { formatDuration } from '../../report/duration.ts'
import { count as counted, listed, rate, sentence } from '../../report/words.ts'
import { noMoreThan } from './lateness.ts'
import { type Placed, place, type Setting, settingsOf } from './naming.ts'
import type { ConditionSummary, Figure, Percentiles } from './schema.ts'

/** The sentences of which a verdict is made. Each is undefined where there is nothing to say. */

/** The reason of requests that were under way when somebody ended the run: nobody failed them. */
const interrupted = 'interrupted'

/** Latencies, and which of their figures may be too high. */
interface Took {
  latencyMs: Percentiles
  lateAt: readonly Figure[]
}

function figure({ latencyMs, lateAt }: Took, name: Figure): string {
  return `${lateAt.includes(name) ? noMoreThan : ''}${formatDuration(latencyMs[name] ?? 0)}`
}

/** How many requests were neither completed nor refused nor failed, as the run was ended meanwhile. */
export function interruptedOf({ reasons }: { reasons?: Record<string, number> }): number {
  return reasons?.[interrupted] ?? 0
}

/** What other users felt, in one setting; in a first sentence, or one that goes on from it. */
export function bystanderSentence(
  { phrase, name, conditions }: Setting,
  isFirst: boolean,
): string | undefined {
  const seen = conditions.filter(({ bystander }) => bystander !== null)
  const [first, ...others] = seen
  if (first === undefined) return undefined
  if (!isFirst) {
    const waits = seen.map((each, index) => `${wait(each, index === 0)} ${each.where}`)
    return sentence(`${phrase}, a bystander waited ${waits.join(', ')}`)
  }
  const begin = `${first.where} a bystander waited ${wait(first, true)} under this load`
  const rest = others.map((each) => `${each.where} ${wait(each, false)}`)
  const setting = name === '' ? '' : ` (${name})`
  return sentence(`${begin}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}${setting}`)
}

/** `up to 2.1 s (p99 1.9 s, 3 of 400 failed)`; those that failed waited for nothing. */
function wait({ bystander }: ConditionSummary, isFull: boolean): string {
  if (bystander === null || bystander.latencyMs.max === null) return 'in vain'
  const { requests } = bystander
  const failed = requests.sent - requests.completed - interruptedOf(bystander)
  const notes = [
    ...(isFull ? highest(bystander) : []),
    ...(failed > 0 ? [`${failed} of ${requests.sent} failed`] : []),
  ]
  const isMarked = bystander.lateAt.includes('max')
  const longest = `${isFull && !isMarked ? 'up to ' : ''}${figure(bystander, 'max')}`
  return notes.length > 0 ? `${longest} (${notes.join(', ')})` : longest
}

/** The highest percentile that is supported, no higher than p99: `p99 1.9 s`; none where none is. */
function highest(took: Took): string[] {
  for (const name of ['p99', 'p90', 'p50'] as const)
    if (took.latencyMs[name] !== null) return [`${name} ${figure(took, name)}`]
  return []
}

/** When the result came. Of several settings with several executors, the first and the last. */
export function resultSentence(conditions: readonly Placed[]): string | undefined {
  if (conditions.every(({ requests }) => requests.completed === 0)) return undefined
  const [only] = conditions
  if (conditions.length === 1 && only !== undefined) return resultOf(only)
  const settings = settingsOf(conditions)
  const isOneEach = settings.every((setting) => setting.conditions.length === 1)
  if (isOneEach) {
    const named = conditions.map((each, index) => result(each, settings[index]?.name ?? ''))
    return sentence(`the result came after ${named.join(', ')}${atTheMedian(conditions)}`)
  }
  const [first, last] = [settings.at(0), settings.length > 1 ? settings.at(-1) : undefined]
  const all = (setting: Setting) =>
    setting.conditions.map((each) => result(each, place(each))).join(', ')
  if (first === undefined) return undefined
  const begin = `the result came after ${all(first)}${atTheMedian(conditions)}`
  const setting = first.phrase === '' ? '' : ` ${first.phrase}`
  return sentence(
    `${begin}${setting}${last === undefined ? '' : `, and ${last.phrase} after ${all(last)}`}`,
  )
}

function resultOf(condition: Placed): string | undefined {
  const { where, latencyMs, lateAt } = condition
  const { p50, max, count } = latencyMs
  if (max === null) return undefined
  const longest = figure(condition, 'max')
  if (p50 === null) return sentence(`${where} the one result came after ${longest}`)
  const notes = [
    ...highest({ latencyMs: { ...latencyMs, p50: null }, lateAt }),
    `at most ${longest}`,
    `of ${counted(count, 'result', String)}`,
  ]
  const median = figure(condition, 'p50')
  return sentence(`${where} the result came after ${median} at the median (${notes.join(', ')})`)
}

function result(condition: ConditionSummary, name: string): string {
  const { p50, max } = condition.latencyMs
  if (p50 !== null) return `${figure(condition, 'p50')} (${name})`
  if (max !== null) return `${figure(condition, 'max')} (${name}, one result only)`
  return `no time at all, as none came (${name})`
}

function atTheMedian(conditions: readonly ConditionSummary[]): string {
  return conditions.some(({ latencyMs }) => latencyMs.p50 !== null) ? ' at the median' : ''
}

/** At most so many conditions are told of one by one. */
const told = 3

/** What was not completed, and why. */
export function failureSentence(conditions: readonly ConditionSummary[]): string | undefined {
  const failing = conditions
    .filter((condition) => lost(condition) > 0)
    .toSorted((a, b) => lost(b) - lost(a))
  if (failing.length === 0) return undefined
  const parts = failing
    .slice(0, told)
    .map((each) => `${conditions.length > 1 ? `${each.label}: ` : ''}${failuresOf(each)}`)
  const more = failing.length - parts.length
  const rest = more > 0 ? [`${counted(more, 'other condition')} lost fewer`] : []
  return `${[...parts, ...rest].join('; ')}.`
}

function lost(condition: ConditionSummary): number {
  const { sent, failed, refused } = condition.requests
  return sent === 0 ? 0 : (failed - interruptedOf(condition) + refused) / sent
}

function failuresOf(condition: ConditionSummary): string {
  const { sent, completed, refused } = condition.requests
  const failed = condition.requests.failed - interruptedOf(condition)
  const verb = (number: number, what: string) =>
    what === 'failed' ? 'failed' : `${number === 1 ? 'was' : 'were'} refused`
  const whole = sent === 1 ? '1 request' : `${sent} requests`
  const how =
    failed > 0 && refused > 0
      ? `${failed} of ${whole} failed and ${refused} ${verb(refused, 'refused')}`
      : `${failed + refused} of ${whole} ${failed > 0 ? 'failed' : verb(refused, 'refused')}`
  const why = Object.entries(condition.reasons)
    .filter(([reason]) => reason !== interrupted)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, number]) => `${reason}: ${number}`)
  const shown = why.length > told ? [...why.slice(0, told), '…'] : why
  const because = shown.length > 0 ? ` (${shown.join(', ')})` : ''
  return `${how}${because}${completed === 0 ? ', none completed' : ''}`
}

/** Which of several versions was faster, for one executor at a time. */
export function versionSentence(conditions: readonly ConditionSummary[]): string | undefined {
  const [first] = conditions
  const alike = conditions.filter(
    (each) =>
      first !== undefined &&
      each.executor === first.executor &&
      each.servers === first.servers &&
      each.workers === first.workers &&
      JSON.stringify(each.rate) === JSON.stringify(first.rate),
  )
  const ranked = alike
    .flatMap((each) => {
      const { p50 } = each.latencyMs
      return p50 === null ? [] : [{ version: each.version, p50, text: figure(each, 'p50') }]
    })
    .toSorted((a, b) => a.p50 - b.p50)
  const [fastest, slowest] = [ranked.at(0), ranked.at(-1)]
  if (first === undefined || fastest === undefined || slowest === undefined || ranked.length < 2)
    return undefined
  const where = alike.length < conditions.length ? `${first.label}: ` : ''
  const [a, b] = [fastest.text, slowest.text]
  if (formatDuration(fastest.p50) === formatDuration(slowest.p50))
    return `${where}${listed(ranked.map(({ version }) => version))} came after the same ${a} at the median.`
  const most = ranked.length > 2 ? `the fastest of ${ranked.length}` : `faster`
  const than =
    ranked.length > 2 ? `${slowest.version}, the slowest, ${b}` : `${slowest.version} ${b}`
  return (
    `${where}${fastest.version} was ${most}: ${a} at the median, ${than}; ` +
    'whether that is real and no noise, unblock compare tells from repetitions.'
  )
}

/** How much was offered and completed, where that was one rate. */
export function rateSentence({
  offeredPerS,
  throughputPerS,
  goodputPerS,
  deadlineMs,
}: ConditionSummary): string {
  return sentence(
    `of ${rate(offeredPerS)} offered ${rate(throughputPerS)} came back in that time, ` +
      `${rate(goodputPerS)} within the deadline of ${formatDuration(deadlineMs)}`,
  )
}
