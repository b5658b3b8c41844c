import { formatDuration } from '../../report/duration.ts'
import { type Item, list } from '../../report/list.ts'
import { type Markup, markup } from '../../report/markup.ts'
import { type Column, table } from '../../report/table.ts'
import { count, cell as digits, figure, unknown } from '../../report/words.ts'
import type { ExecutorProfile, Interval, Profile, Scaling } from '../fit/profile.ts'

/** What was measured, and what was made of it. */
export function fitted(profile: Profile): Markup {
  const { task, params, runs, machine, alone, scaling } = profile
  const parameters = Object.keys(params).length === 0 ? '' : ` ${JSON.stringify(params)}`
  const items: Item[] = [
    ['Task', `${task}${parameters}`],
    ['Runs', runs.join(', ')],
    ['Machine', `${machine.cpus}, ${count(machine.cores, 'core')}`],
    [
      'Alone',
      `${formatDuration(alone.meanMs)} on average (${milliseconds(alone.meanInterval)}), of ${count(alone.count, 'run')}; squared coefficient of variation ${figure(alone.scv)}`,
    ],
    ['Several at once', lawOf(scaling)],
  ]
  const tables = [
    {
      name: 'What each executor adds',
      caption: 'A dash: it was not measured, and nothing is taken.',
      columns: added,
    },
    {
      name: 'How far it was measured',
      caption: 'The most was done where more was asked for than could be; a dash: nowhere.',
      columns: reached,
    },
  ]
  return markup`<div class="details">${list(items)}</div>
<div class="figures">${tables.map((each) => executorTable(profile.executors, each))}</div>
`
}

const milliseconds = ({ low, high }: Interval) => `${figure(low)} to ${figure(high)} ms`

function lawOf({ usl, points, measuredTo }: Scaling): string {
  if (usl.free === 'none')
    return `not measured: ${points.length === 0 ? 'tasks never ran side by side' : 'too few tasks ran side by side'}; sigma is taken to be ${figure(usl.sigma)} (${between(usl.sigmaInterval)})`
  const kappa =
    usl.free === 'sigma'
      ? 'kappa 0, which these measurements do not determine'
      : `kappa ${figure(usl.kappa)} (${between(usl.kappaInterval)})`
  return `sigma ${figure(usl.sigma)} (${between(usl.sigmaInterval)}), ${kappa}; measured with up to ${figure(measuredTo)} at once`
}

const between = ({ low, high }: Interval) => `${figure(low)} to ${figure(high)}`

interface ProfileColumn extends Column {
  of(profile: ExecutorProfile): string
}

const range = (interval: Interval | null) => {
  if (interval === null) return unknown
  const { low, high } = interval
  return low === high ? figure(low) : `${figure(low)} to ${figure(high)}`
}

const added: readonly ProfileColumn[] = [
  {
    group: 'beside wait and run, ms',
    name: 'p50',
    of: ({ overheadMs }) => digits(quantile(overheadMs, 0.5)),
  },
  {
    group: 'beside wait and run, ms',
    name: 'p95',
    of: ({ overheadMs }) => digits(quantile(overheadMs, 0.95)),
  },
  { group: 'of a run', name: 'gap after it, ms', of: ({ gapMs }) => digits(gapMs) },
  { group: 'of a run', name: 'times as long', of: ({ slowdown }) => slowdown.toPrecision(3) },
  {
    group: 'of a request',
    name: 'CPU beside its task, ms',
    of: ({ overheadCpuMs }) => digits(overheadCpuMs),
  },
]

const reached: readonly ProfileColumn[] = [
  { group: 'most that was done, /s', name: 'in all', of: (each) => digits(each.capacityPerS) },
  {
    group: 'most that was done, /s',
    name: 'a core',
    of: (each) => digits(each.capacityPerCorePerS),
  },
  { group: 'measured', name: 'up to, /s', of: (each) => digits(each.range.ratePerS) },
  { group: 'measured', name: 'servers', of: (each) => range(each.range.servers) },
  { group: 'measured', name: 'workers', of: (each) => range(each.range.workers) },
]

function executorTable(
  executors: readonly ExecutorProfile[],
  { name, caption, columns }: { name: string; caption: string; columns: readonly ProfileColumn[] },
): Markup {
  return table({
    name,
    caption,
    rowsAre: 'executor',
    columns,
    rows: executors.map((each) => ({
      header: each.measured ? each.executor : `${each.executor} (not measured)`,
      cells: columns.map(({ of }) => of(each)),
    })),
  })
}

/** Of equally likely ascending values, the smallest with that share at or below it. */
function quantile(values: readonly number[], share: number): number | undefined {
  return values[Math.max(0, Math.ceil(share * values.length) - 1)]
}
