import { counted, duration } from './figures.ts'
import { keepingUpSentence } from './keeping-up.ts'
import { distinct, listed, settingsOf } from './naming.ts'
import type { ConditionSummary, Summary } from './schema.ts'
import {
  bystanderSentence,
  failureSentence,
  rateSentence,
  resultSentence,
  versionSentence,
} from './sentences.ts'

/** A sentence that may be said; what is important has a low number. */
type Candidate = [importance: number, sentence: string | undefined]

/** How many sentences there are besides the one about what is void or partial. */
const most = 3

/**
 * What came out, in plain words and rounded figures: at most three sentences, and one more where something
 * is void or partial. It says what was measured, never more than the sample supports. `planned` is how
 * many conditions there were to be.
 */
export function verdictOf(
  conditions: readonly ConditionSummary[],
  { state, planned }: { state: Summary['state']; planned: number },
): string[] {
  const usable = conditions.filter((condition) => condition.void === null)
  return [...mainSentences(conditions, usable), ...caveats(conditions, state, planned)]
}

function mainSentences(
  conditions: readonly ConditionSummary[],
  usable: readonly ConditionSummary[],
): string[] {
  if (conditions.length === 0) return ['Nothing was measured.']
  if (usable.length === 0) return [allVoid(conditions)]
  if (usable.every(({ requests }) => requests.sent === 0)) return ['No request was due.']

  const failures: Candidate = [0, failureSentence(usable)]
  const versions =
    distinct(usable, ({ version }) => version) > 1 ? versionSentence(usable) : undefined
  const results: Candidate = [5, resultSentence(usable)]
  const isOne = usable.length === 1
  // In the order in which they are read.
  const candidates: Candidate[] = [
    ...(usable.some(isMostlyLost) ? [failures] : []),
    [1, versions],
    [2, keepingUpSentence(byAllButRate(usable))],
    ...(isOne ? [results] : []),
    ...bystanders(usable),
    // Of two versions, the sentence about them has said it.
    ...(isOne || (versions !== undefined && usable.length === 2) ? [] : [results]),
    [7, isOne && usable[0] !== undefined ? rateSentence(usable[0]) : undefined],
    ...(usable.some(isMostlyLost) ? [] : [failures]),
  ]
  const said = candidates.flatMap(([importance, text]) =>
    text === undefined ? [] : [{ importance, text }],
  )
  const chosen = new Set(said.toSorted((a, b) => a.importance - b.importance).slice(0, most))
  return said.filter((each) => chosen.has(each)).map(({ text }) => text)
}

function isMostlyLost({ requests }: ConditionSummary): boolean {
  return requests.completed < requests.sent / 2
}

/** The first setting and, if there are others, the last. */
function bystanders(usable: readonly ConditionSummary[]): Candidate[] {
  const settings = settingsOf(usable)
  const [first, last] = [settings[0], settings.length > 1 ? settings.at(-1) : undefined]
  return [
    [4, first && bystanderSentence(first, true)],
    [6, last && bystanderSentence(last, false)],
  ]
}

/** Conditions that differ in their rate only; of several scales and versions, the first. */
function byAllButRate(usable: readonly ConditionSummary[]): ConditionSummary[][] {
  const groups = new Map<string, ConditionSummary[]>()
  for (const condition of usable) {
    const first = groups.get(condition.executor)?.[0] ?? condition
    const isAlike =
      first.servers === condition.servers &&
      first.workers === condition.workers &&
      first.version === condition.version
    if (isAlike)
      groups.set(condition.executor, [...(groups.get(condition.executor) ?? []), condition])
  }
  return [...groups.values()]
}

function allVoid(conditions: readonly ConditionSummary[]): string {
  const reasons = new Set(conditions.map((condition) => condition.void))
  const what =
    conditions.length === 1 ? 'it is void' : `all ${conditions.length} conditions are void`
  const more = reasons.size > 1 ? ` (and ${counted(reasons.size - 1, 'other reason')})` : ''
  return `Nothing can be said, because ${what}: ${conditions[0]?.void}${more}.`
}

/** One line about what is missing. */
function caveats(
  conditions: readonly ConditionSummary[],
  state: Summary['state'],
  planned: number,
): string[] {
  const parts: string[] = []
  const isVoid = conditions.filter((condition) => condition.void !== null)
  if (isVoid.length > 0 && isVoid.length < conditions.length) {
    const names = listed(isVoid.map(({ label }) => `"${label}"`))
    parts.push(`Void and left out: ${names}, because ${isVoid[0]?.void}.`)
  }
  const trials = conditions
    .filter((condition) => condition.void === null)
    .flatMap((condition) => condition.trials)
  const voidTrials = trials.filter((trial) => trial.void !== null)
  if (voidTrials.length > 0) {
    const verb = voidTrials.length === 1 ? 'was' : 'were'
    parts.push(
      `${voidTrials.length} of ${counted(trials.length, 'trial')} ${verb} void and left out: ${voidTrials[0]?.void}.`,
    )
  }
  parts.push(...lateness(conditions))
  if (state === 'partial') {
    const reached =
      conditions.length < planned ? ` in ${conditions.length} of ${planned} conditions` : ''
    parts.push(`Partial: the run was interrupted; this is what was measured until then${reached}.`)
  }
  return parts.length > 0 ? [parts.join(' ')] : []
}

/** Where the generator was late now and then, so much of the shortest latencies is its own. */
function lateness(conditions: readonly ConditionSummary[]): string[] {
  const late = conditions.filter((condition) => condition.void === null && isFelt(condition))
  const worst = late.toSorted((a, b) => (b.lagMs.p99 ?? 0) - (a.lagMs.p99 ?? 0))[0]
  if (worst === undefined) return []
  const where = conditions.length > 1 ? ` in "${worst.label}"` : ''
  return [
    `One request in a hundred was sent ${duration(worst.lagMs.p99 ?? 0)} late or more${where}, which counts in the latencies.`,
  ]
}

/** Ten milliseconds, and a tenth of what one kind of request took. */
function isFelt({ lagMs, latencyMs, bystander }: ConditionSummary): boolean {
  const lag = lagMs.p99 ?? 0
  const took = [latencyMs, bystander?.latencyMs].flatMap((each) => each?.p99 ?? each?.max ?? [])
  return lag > 10 && took.some((ms) => lag > ms / 10)
}
