import { day, figure as digits, listed } from '../../src/report/words.ts'
import { median } from '../figures.ts'
import { type Figure, isReached } from '../rows/row.ts'
import { plotWidth } from './layout.ts'
import { type Measure, measuresOf } from './measures.ts'
import { plotName } from './plot.ts'
import { reasons as knownReasons } from './reasons.ts'
import type { Setting } from './results.ts'
import { machineOf, missedOf, oursOf, outcomeOf, rangeOf, ratioOf, targetOf } from './words.ts'
import { runsOf, type Written, type WrittenRow } from './written.ts'

const howToRead =
  'Medians of interleaved rounds; beside each ratio, the lowest and the highest of a round, where there were several:'
const command = '`npm run bench -- --write`'

/** What stands between the marks of the README, in Markdown, with a newline at its end. */
export function renderSection(
  written: Written,
  reasons: Readonly<Record<string, string>> = knownReasons,
): string {
  const { rows } = written
  if (rows.length === 0) return `${command} puts the figures here.\n`
  return [
    madeWith(written),
    tableOf(rows, isMain),
    [missedOf(rows.flatMap(({ figures }) => figures)), ...failedAnswers(rows)].join(' '),
    whyNot(rows, reasons),
    folded('What each row measures', aboutOf(rows)),
    folded(
      'Measured besides, without a target',
      tableOf(rows, (...of) => !isMain(...of)),
    ),
    plotsOf(rows),
  ]
    .filter((block) => block !== '')
    .map((block) => `${block}\n`)
    .join('\n')
}

/** The machine, versions, date and command; of each run where there were several. */
function madeWith(written: Written): string {
  const runs = runsOf(written)
  const [first] = runs
  if (first !== undefined && runs.length === 1)
    return `By ${command}, ${settingOf(first.setting)}.\n${howToRead}`
  return [
    `By ${command}, in ${runs.length} runs (\`--only\`): rows of different runs were not measured side by side.`,
    '',
    ...runs.map(({ setting, rows }) => {
      const names = listed(rows.map(({ name }) => `**${name}**`))
      return `- ${names}: ${settingOf(setting)}`
    }),
    '',
    howToRead,
  ].join('\n')
}

function settingOf(setting: Setting): string {
  const { at, minutes, leftOut } = setting
  const without = leftOut.length > 0 ? `; left out, as not installed: ${listed(leftOut)}` : ''
  return `${day(at)}, in ${digits(minutes)} min, on ${machineOf(setting)}${without}`
}

/** Those with a target, and the same of others beside them. */
function isMain({ name }: Measure, all: readonly Measure[]): boolean {
  return all.some(
    (each) => each.name === name && each.figures.some(({ reach }) => reach !== undefined),
  )
}

/** A line a figure; what is the same as in the line above is not said again. Empty where there is none. */
function tableOf(
  rows: readonly WrittenRow[],
  isIn: (measure: Measure, all: readonly Measure[]) => boolean,
): string {
  const lines = rows.flatMap(({ name, figures }) =>
    measuresOf(figures)
      .filter((each, _, all) => isIn(each, all))
      .flatMap((measure, nth) =>
        measure.figures.map((figure, index) =>
          line([
            nth === 0 && index === 0 ? `**${name}**` : '',
            index === 0 ? measure.name : '',
            index === 0 ? oursOf(figure) : '',
            figure.theirs.name,
            digits(median(figure.theirs.samples)),
            ratioWithRange(figure),
            targetOf(figure),
            outcomeOf(figure).replace('NOT reached', '**not reached**'),
          ]),
        ),
      ),
  )
  if (lines.length === 0) return ''
  const headings = ['', 'measure', 'Unblock', 'against', 'its median', 'ratio (rounds)']
  return [line([...headings, 'target', '']), '|---|---|--:|---|--:|--:|--:|---|', ...lines].join(
    '\n',
  )
}

function ratioWithRange(figure: Figure): string {
  const range = rangeOf(figure)
  return range === '' ? ratioOf(figure) : `${ratioOf(figure)} (${range})`
}

const line = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

/** A sentence on answers that were no success, where there were any. */
function failedAnswers(rows: readonly WrittenRow[]): string[] {
  const failed = rows.flatMap(({ name, figures }) =>
    measuresOf(figures).flatMap((measure) =>
      [measure.ours, ...measure.figures.map(({ theirs }) => theirs)]
        .filter((side) => (side.failed ?? 0) > 0)
        .map((side) => `${side.failed} of ${side.name} (${name}, ${measure.name})`),
    ),
  )
  return failed.length > 0 ? [`Answers that failed: ${failed.join('; ')}.`] : []
}

function aboutOf(rows: readonly WrittenRow[]): string {
  return rows.map(({ name, about }) => `- **${name}**: ${about}`).join('\n')
}

/** A list of rows that miss a target, as far as it is known why. */
function whyNot(rows: readonly WrittenRow[], reasons: Readonly<Record<string, string>>): string {
  const told = rows
    .filter(({ figures }) => figures.some((figure) => isReached(figure) === false))
    .flatMap(({ name }) => (reasons[name] === undefined ? [] : `- **${name}**: ${reasons[name]}`))
  return told.length > 0 ? ['What stands in the way:', '', ...told].join('\n') : ''
}

/** Folded, as they are long; every word of them is in the table as well. */
function plotsOf(rows: readonly WrittenRow[]): string {
  const images = rows.map(
    ({ name, about }) =>
      `<img src="docs/performance/${plotName(name)}.svg" width="${plotWidth}" alt="${name}: ${about.replaceAll('"', '&quot;')}">`,
  )
  return folded('All of it as plots', images.join('\n'))
}

function folded(summary: string, block: string): string {
  if (block === '') return ''
  return ['<details>', `<summary>${summary}</summary>`, '', block, '', '</details>'].join('\n')
}
