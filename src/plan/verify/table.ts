import { type TextColumn, textTable } from '../../report/text-table.ts'
import { cell, percent, signed, unknown } from '../../report/words.ts'
import type { HeldOut } from './held-out.ts'
import { nameOf } from './notes.ts'
import type { ForeSeen } from './predict.ts'
import type { Checked, Verification, VerifiedSetting } from './verification.ts'

/** Before anything is measured: what is predicted. Milliseconds. */
export function predictionTable(
  predictions: readonly { setting: HeldOut; foreseen: ForeSeen }[],
): string {
  const columns: TextColumn[] = [
    { heading: 'requests/s' },
    { group: 'predicted p50, ms', heading: '' },
    { group: 'predicted p50, ms', heading: 'from' },
    { group: 'predicted p50, ms', heading: 'to' },
    { group: 'predicted p95, ms', heading: '' },
    { group: 'predicted p95, ms', heading: 'from' },
    { group: 'predicted p95, ms', heading: 'to' },
  ]
  const rows = predictions.map(({ setting, foreseen: { p50, p95 } }) => ({
    label: nameOf(setting),
    cells: [setting.ratePerS, p50.ms, p50.low, p50.high, p95.ms, p95.low, p95.high].map(cell),
  }))
  return lines(textTable({ rowsAre: 'setting', columns, rows }))
}

/** Predicted beside measured, the error, and what is left of it with the work that each request was. */
export function verificationTable({ settings, error, replay, notes }: Verification): string {
  const groupOf = (figure: string): TextColumn[] =>
    ['predicted', 'measured', 'error', 'replay'].map((heading) => ({
      group: `${figure}, ms`,
      heading,
    }))
  const columns: TextColumn[] = [{ heading: 'requests' }, ...groupOf('p50'), ...groupOf('p95')]
  const rows = settings.map((setting) => ({
    label: `${setting.void === null ? '' : '! '}${nameOf(setting)}`,
    cells: [String(setting.requests), ...cellsOf(setting.p50), ...cellsOf(setting.p95)],
  }))
  return [
    lines(textTable({ rowsAre: 'setting', columns, rows })),
    error === null
      ? 'Nothing could be compared.\n'
      : `Error of ${error.figures} figures: median ${percent(error.median)}, worst ${percent(error.worst)}${
          replay === null
            ? ''
            : `; with the work that each request was (replay): median ${percent(replay.median)}, worst ${percent(replay.worst)}`
        }.\n`,
    ...notes.map((note) => `${note}\n`),
  ].join('')
}

function cellsOf({ predicted, measured, error, replayError }: Checked): string[] {
  return [
    cell(predicted.ms),
    cell(measured),
    error === null ? unknown : signed(error),
    replayError === null ? unknown : signed(replayError),
  ]
}

/** For a README. */
export function verificationMarkdown(settings: readonly VerifiedSetting[]): string {
  const head =
    '| | requests/s | p50, ms: predicted | measured | error | replay | p95, ms: predicted | measured | error | replay |'
  const rule = '|---|---|---|---|---|---|---|---|---|---|'
  const rows = settings.map((setting) => {
    const cells = [
      nameOf(setting),
      cell(setting.ratePerS),
      ...cellsOf(setting.p50),
      ...cellsOf(setting.p95),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return lines([head, rule, ...rows])
}

const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('')
