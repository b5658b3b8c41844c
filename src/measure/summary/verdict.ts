import { formatDuration } from '../../report/duration.ts'
import { count, listed } from '../../report/words.ts'
import type { Target } from '../records/run.ts'
import { keepingUpSentence } from './keeping-up.ts'
import { noMoreThan } from './lateness.ts'
import { distinct, type Placed, placed, settingsOf } from './naming.ts'
import type { ConditionSummary, Summary } from './schema.ts'
import {
  bystanderSentence,
  failureSentence,
  interruptedOf,
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
 * is void, partial or not known. It says what was measured, never more than the sample supports. `planned` is
 * how many conditions there were to be.
 */
export function verdictOf(
  conditions: readonly ConditionSummary[],
  about: { state: Summary['state']; planned: number; target: Pick<Target, 'own' | 'jobs'> },
): string[] {
  const { own, jobs } = about.target
  const isTold = own || jobs
  const usable = conditions.flatMap((condition) =>
    condition.void === null ? [placed(condition, { isTold })] : [],
  )
  const said = mainSentences(conditions, usable)
  const parts = [
    // First: it says of how much all the rest is.
    ...(about.state === 'partial' ? [whatIsPartial(conditions, about.planned)] : []),
    ...whatIsVoid(conditions),
    ...lateness(usable, said),
    ...(isTold || usable.length === 0 ? [] : ['The target does not tell where it ran the task.']),
  ]
  return parts.length > 0 ? [...said, parts.join(' ')] : said
}

function mainSentences(
  conditions: readonly ConditionSummary[],
  usable: readonly Placed[],
): string[] {
  if (conditions.length === 0) return ['Nothing was measured.']
  if (usable.length === 0)
    return [allVoid(conditions), failureSentence(conditions)].filter((each) => each !== undefined)
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
  // Where all that there is was interrupted.
  if (said.length === 0) return ['No request completed.']
  const chosen = new Set(said.toSorted((a, b) => a.importance - b.importance).slice(0, most))
  return said.filter((each) => chosen.has(each)).map(({ text }) => text)
}

function isMostlyLost(condition: ConditionSummary): boolean {
  const { sent, completed } = condition.requests
  return completed < (sent - interruptedOf(condition)) / 2
}

/** The first setting and, if there are others, the last. */
function bystanders(usable: readonly Placed[]): Candidate[] {
  const settings = settingsOf(usable)
  const [first, last] = [settings[0], settings.length > 1 ? settings.at(-1) : undefined]
  return [
    [4, first && bystanderSentence(first, true)],
    [6, last && bystanderSentence(last, false)],
  ]
}

/** Conditions that differ in their rate only; of several scales and versions, the first. */
function byAllButRate(usable: readonly Placed[]): Placed[][] {
  const groups = new Map<string, Placed[]>()
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
  const more = reasons.size > 1 ? ` (and ${count(reasons.size - 1, 'other reason')})` : ''
  return `Nothing can be said, because ${what}: ${conditions[0]?.void}${more}.`
}

function whatIsVoid(conditions: readonly ConditionSummary[]): string[] {
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
      `${voidTrials.length} of ${count(trials.length, 'trial', String)} ${verb} void and left out: ${voidTrials[0]?.void}.`,
    )
  }
  return parts
}

/** Where a sentence has a figure that is marked, what the mark means. */
function lateness(usable: readonly ConditionSummary[], said: readonly string[]): string[] {
  if (!said.some((text) => text.includes(noMoreThan))) return []
  const late = usable.filter(
    ({ lateAt, bystander }) => lateAt.length + (bystander?.lateAt.length ?? 0) > 0,
  )
  const worst = late.toSorted((a, b) => (b.lagMs.max ?? 0) - (a.lagMs.max ?? 0))[0]
  const where = worst !== undefined && usable.length > 1 ? ` in "${worst.label}"` : ''
  const by = formatDuration(worst?.lagMs.max ?? 0)
  return [
    `Figures with ${noMoreThan} may be as high as they are because the generator was late, by up to ${by}${where}: the true ones are no higher.`,
  ]
}

function whatIsPartial(conditions: readonly ConditionSummary[], planned: number): string {
  const open = conditions.reduce((total, condition) => total + interruptedOf(condition), 0)
  const meanwhile = open > 0 ? ` with ${count(open, 'request', String)} under way` : ''
  const reached =
    conditions.length < planned ? ` in ${conditions.length} of ${planned} conditions` : ''
  return `Partial: the run was interrupted${meanwhile}; this is what was measured until then${reached}.`
}
