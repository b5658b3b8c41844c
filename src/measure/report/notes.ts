import { type Markup, markup } from '../../report/markup.ts'
import type { ConditionSummary } from '../summary/schema.ts'

/** Before figures that may be as high as they are because requests were sent late. */
export const lateMark = '≤'

const whole = (value: number) => value.toLocaleString('en-US')

/** What a reader of the tables should know of some figures; null where there is nothing. */
export function notes(conditions: readonly ConditionSummary[]): Markup | null {
  const lines = [
    late(conditions),
    wholeProcesses(conditions),
    list('Why requests were not completed:', conditions.flatMap(reasonsOf)),
    list('Trials that are void and left out:', conditions.flatMap(voidTrials)),
  ].filter((line) => line !== null)
  return lines.length === 0 ? null : markup`<div class="notes">\n${lines}</div>\n`
}

function late(conditions: readonly ConditionSummary[]): Markup | null {
  const isLate = conditions.some(
    ({ lateAt, bystander }) => lateAt.length + (bystander?.lateAt.length ?? 0) > 0,
  )
  if (!isLate) return null
  return markup`<p>${lateMark} The generator was late then: the true figure is no higher.</p>\n`
}

function wholeProcesses(conditions: readonly ConditionSummary[]): Markup | null {
  const told = conditions.filter(({ cpu }) => (cpu?.perTaskS ?? null) !== null)
  const of = told.filter((each) => !isOfTasks(each))
  if (of.length === 0) return null
  const where = of.length < told.length ? ` of ${of.map(({ label }) => label).join('; ')}` : ''
  return markup`<p>CPU per task${where} is that of whole processes, with all that they do besides: the target does not tell what its tasks used.</p>\n`
}

/** Whether CPU per task is what tasks used, and not whole processes. */
export function isOfTasks({ cpu }: ConditionSummary): boolean {
  return (cpu?.taskS ?? null) !== null && (cpu?.tasks ?? 0) > 0
}

function list(title: string, lines: readonly string[]): Markup | null {
  if (lines.length === 0) return null
  return markup`<p>${title}</p>\n<ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>\n`
}

function reasonsOf({ label, reasons, bystander }: ConditionSummary): string[] {
  return [
    { who: label, counts: reasons },
    { who: `${label}, bystander`, counts: bystander?.reasons ?? {} },
  ].flatMap(({ who, counts }) => {
    const all = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
    if (all.length === 0) return []
    return [
      `${who}: ${all.map(([reason, count]) => `${inWords(reason)} (${whole(count)})`).join(', ')}`,
    ]
  })
}

/** These two are not the service's. */
function inWords(reason: string): string {
  if (reason === 'not sent') return 'not sent, because as many were open as may be'
  return reason === 'interrupted' ? 'open when the run was interrupted' : reason
}

function voidTrials(condition: ConditionSummary): string[] {
  const { label, trials } = condition
  const void_ = trials.filter((trial) => trial.void !== null)
  if (condition.void !== null || void_.length === 0) return []
  return [`${label}: ${void_.length} of ${trials.length} trials, ${void_[0]?.void}`]
}
