import { counted, duration, rate, sentence } from './figures.ts'
import { listed, onPlace, place, type Setting, settingsOf } from './naming.ts'
import type { ConditionSummary, Percentiles } from './schema.ts'

/** The sentences of which a verdict is made. Each is undefined where there is nothing to say. */

/** What other users felt, in one setting; in a first sentence, or one that goes on from it. */
export function bystanderSentence(
  { phrase, name, conditions }: Setting,
  isFirst: boolean,
): string | undefined {
  const seen = conditions.filter(({ bystander }) => bystander !== null)
  const [first, ...others] = seen
  if (first === undefined) return undefined
  if (!isFirst) {
    const waits = seen.map((each, index) => `${wait(each, index === 0)} ${onPlace(each)}`)
    return sentence(`${phrase}, a bystander waited ${waits.join(', ')}`)
  }
  const begin = `${onPlace(first)} a bystander waited ${wait(first, true)} while the task ran`
  const rest = others.map((each) => `${onPlace(each)} ${wait(each, false)}`)
  const setting = name === '' ? '' : ` (${name})`
  return sentence(`${begin}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}${setting}`)
}

/** `up to 2.1 s (p99 1.9 s, 3 of 400 failed)`; those that failed waited for nothing. */
function wait({ bystander }: ConditionSummary, isFull: boolean): string {
  if (bystander === null || bystander.latencyMs.max === null) return 'in vain'
  const { latencyMs, requests } = bystander
  const failed = requests.sent - requests.completed
  const notes = [
    ...(isFull ? highest(latencyMs) : []),
    ...(failed > 0 ? [`${failed} of ${requests.sent} failed`] : []),
  ]
  const longest = `${isFull ? 'up to ' : ''}${duration(bystander.latencyMs.max)}`
  return notes.length > 0 ? `${longest} (${notes.join(', ')})` : longest
}

/** The highest percentile that is supported, no higher than p99: `p99 1.9 s`; none where none is. */
function highest(latency: Percentiles): string[] {
  for (const name of ['p99', 'p90', 'p50'] as const)
    if (latency[name] !== null) return [`${name} ${duration(latency[name])}`]
  return []
}

/** When the result came. Of several settings with several executors, the first and the last. */
export function resultSentence(conditions: readonly ConditionSummary[]): string | undefined {
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

function resultOf(condition: ConditionSummary): string | undefined {
  const { p50, max, count } = condition.latencyMs
  if (max === null) return undefined
  const where = onPlace(condition)
  if (p50 === null) return sentence(`${where} the one result came after ${duration(max)}`)
  const notes = [
    ...highest({ ...condition.latencyMs, p50: null }),
    `at most ${duration(max)}`,
    `of ${counted(count, 'result')}`,
  ]
  return sentence(
    `${where} the result came after ${duration(p50)} at the median (${notes.join(', ')})`,
  )
}

function result({ latencyMs }: ConditionSummary, name: string): string {
  if (latencyMs.p50 !== null) return `${duration(latencyMs.p50)} (${name})`
  if (latencyMs.max !== null) return `${duration(latencyMs.max)} (${name}, one result only)`
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
    .filter(({ requests }) => requests.failed + requests.refused > 0)
    .toSorted((a, b) => lost(b) - lost(a))
  if (failing.length === 0) return undefined
  const parts = failing
    .slice(0, told)
    .map((each) => `${conditions.length > 1 ? `${each.label}: ` : ''}${failuresOf(each)}`)
  const more = failing.length - parts.length
  const rest = more > 0 ? [`${counted(more, 'other condition')} lost fewer`] : []
  return `${[...parts, ...rest].join('; ')}.`
}

function lost({ requests }: ConditionSummary): number {
  return (requests.failed + requests.refused) / requests.sent
}

function failuresOf({ requests, reasons }: ConditionSummary): string {
  const { sent, completed, failed, refused } = requests
  const verb = (number: number, what: string) =>
    what === 'failed' ? 'failed' : `${number === 1 ? 'was' : 'were'} refused`
  const whole = sent === 1 ? '1 request' : `${sent} requests`
  const how =
    failed > 0 && refused > 0
      ? `${failed} of ${whole} failed and ${refused} ${verb(refused, 'refused')}`
      : `${failed + refused} of ${whole} ${failed > 0 ? 'failed' : verb(refused, 'refused')}`
  const why = Object.entries(reasons)
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
    .flatMap(({ version, latencyMs: { p50 } }) => (p50 === null ? [] : [{ version, p50 }]))
    .toSorted((a, b) => a.p50 - b.p50)
  const [fastest, slowest] = [ranked.at(0), ranked.at(-1)]
  if (first === undefined || fastest === undefined || slowest === undefined || ranked.length < 2)
    return undefined
  const where = alike.length < conditions.length ? `${first.label}: ` : ''
  if (duration(fastest.p50) === duration(slowest.p50))
    return `${where}${listed(ranked.map(({ version }) => version))} came after the same ${duration(fastest.p50)} at the median.`
  const [a, b] = [`${duration(fastest.p50)}`, `${duration(slowest.p50)}`]
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
      `${rate(goodputPerS)} within the deadline of ${duration(deadlineMs)}`,
  )
}
