import type { ListedProcess } from './list-processes.ts'

/** What `unblock ps` prints: a line for each process, in columns; `-` for what is not known. */
export function processTable(processes: readonly ListedProcess[], now = Date.now()): string {
  const rows = [COLUMNS.map(([title]) => title)].concat(
    processes.map((each) => COLUMNS.map(([, show]) => show(each, now) ?? '-')),
  )
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const isText = (column: number) => TEXT_COLUMNS.has(COLUMNS[column]![0])
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

type Show = (process: ListedProcess, now: number) => string | undefined

const COLUMNS: readonly (readonly [title: string, show: Show])[] = [
  ['NAME', ({ name }) => name],
  ['PID', ({ pid }) => pid?.toString()],
  ['STATE', ({ state }) => state],
  ['UPTIME', ({ startedAt }, now) => show(startedAt, (at) => duration(now - Date.parse(at)))],
  ['RESTARTS', ({ restarts }) => restarts.toString()],
  ['CPU', ({ cpu }) => show(cpu, (cores) => `${Math.round(cores * 100)}%`)],
  ['RSS', ({ rssBytes }) => show(rssBytes, (bytes) => `${Math.round(bytes / 1e6)}MB`)],
  ['LOOP-P99', ({ loopP99Ms }) => show(loopP99Ms, (ms) => `${ms.toFixed(1)}ms`)],
  ['RUNNING', ({ running }) => running?.toString()],
  ['HITS', ({ hits }) => hits?.toString()],
]

const TEXT_COLUMNS = new Set(['NAME', 'STATE'])

function show<T>(value: T | null, text: (value: T) => string): string | undefined {
  return value === null ? undefined : text(value)
}

/** Two units are enough: `12s`, `3m05s`, `2h10m`, `3d04h`. */
export function duration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const units = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'm'],
    [total % 60, 's'],
  ] as const
  const first = units.findIndex(([number]) => number > 0)
  if (first === -1) return '0s'
  return units
    .slice(first, first + 2)
    .map(
      ([number, unit], index) => `${index === 0 ? number : String(number).padStart(2, '0')}${unit}`,
    )
    .join('')
}
