/** What a check has found, for people and as JSON. */

export type Verdict = 'ok' | 'warn' | 'fail' | 'skipped'

export interface Check {
  name: string
  verdict: Verdict
  /** The name of what is wrong, such as `not deterministic`; null where nothing is. */
  reason: string | null
  /** What was seen, in one or more lines. */
  detail: string
  /** What to do about it; null where nothing is to be done. */
  advice: string | null
  /** What was measured. Times are milliseconds. */
  figures: Record<string, unknown>
}

export interface CheckReport {
  task: string
  /** As it was given. */
  file: string
  /** The parameters of the runs, where a check does not vary them. */
  params: Record<string, unknown>
  /** No check has failed: warnings do not count. */
  fit: boolean
  checks: Check[]
}

type Figures = Record<string, unknown>

export const ok = (name: string, detail: string, figures: Figures = {}): Check => ({
  name,
  verdict: 'ok',
  reason: null,
  detail,
  advice: null,
  figures,
})

export const skipped = (name: string, detail: string): Check => ({
  name,
  verdict: 'skipped',
  reason: null,
  detail,
  advice: null,
  figures: {},
})

/** What is wrong: its name, what was seen, and what to do. */
interface Finding {
  reason: string
  detail: string
  advice: string
  figures?: Figures
}

export const warn = (name: string, { figures = {}, ...finding }: Finding): Check => ({
  name,
  verdict: 'warn',
  ...finding,
  figures,
})

export const fail = (name: string, { figures = {}, ...finding }: Finding): Check => ({
  name,
  verdict: 'fail',
  ...finding,
  figures,
})

const marks: Record<Verdict, string> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skipped: '-' }

/** The report as lines for a terminal; the last one is the verdict. */
export function reportText({ task, file, params, checks }: CheckReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.flatMap(({ name, verdict, reason, detail, advice }) => {
    const said = reason === null ? detail : `${reason}: ${detail}`
    const [first, ...more] = [...said.split('\n'), ...(advice === null ? [] : [`→ ${advice}`])]
    return [
      `${marks[verdict].padEnd(4)} ${name.padEnd(width)}  ${first}`,
      ...more.map((line) => `${' '.repeat(width + 7)}${line}`),
    ]
  })
  const given = Object.entries(params).map(([name, value]) => `${name}=${shortly(value)}`)
  return [`${task} (${file})  ${given.join(' ')}`.trimEnd(), ...lines, conclusion(checks)].join(
    '\n',
  )
}

function conclusion(checks: readonly Check[]): string {
  const count = (verdict: Verdict) => checks.filter((check) => check.verdict === verdict).length
  const made = checks.length - count('skipped')
  const warnings = count('warn') === 0 ? '' : `, ${plural(count('warn'), 'warning')}`
  if (count('fail') === 0) return `fit for every executor${warnings}`
  return `not fit: ${count('fail')} of ${plural(made, 'check')} failed${warnings}`
}

/** `3 runs`, `1 run`. */
export function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Milliseconds for people: `0.3 ms`, `812 ms`, `3.1 s`, `12 min`, `11 years`. */
export function duration(ms: number): string {
  const steps: [number, string][] = [
    [1000, 's'],
    [60_000, 'min'],
    [3_600_000, 'h'],
    [86_400_000, 'days'],
    [31_557_600_000, 'years'],
  ]
  if (ms < 9.95) return `${Number(ms.toFixed(ms < 0.095 ? 2 : 1))} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  const [unitMs, unit] = steps.findLast(([from], i) => i === 0 || ms >= 2 * from)!
  const number = ms / unitMs
  if (number >= 1e6) return `more than a million ${unit}`
  return `${number < 9.95 ? Number(number.toFixed(1)) : Math.round(number).toLocaleString('en')} ${unit}`
}

/** A value in a few characters. */
export function shortly(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? '')
  const shown = text === '' ? String(value) : text
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown
}
