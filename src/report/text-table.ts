/** A table for a terminal. */
export interface TextTable {
  /** What its rows are. */
  rowsAre: string
  columns: readonly TextColumn[]
  rows: readonly TextRow[]
}

export interface TextColumn {
  /** The heading above several neighbouring columns. */
  group?: string
  heading: string
}

export interface TextRow {
  label: string
  /** As many as there are columns. */
  cells: readonly string[]
}

const gap = '  '

/**
 * Its lines: labels to the left, cells to the right of their columns. The line with the headings of groups
 * is left out where there are none.
 */
export function textTable({ rowsAre, columns, rows }: TextTable): string[] {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
  )
  widenForGroups(columns, widths)
  const labelWidth = Math.max(rowsAre.length, ...rows.map(({ label }) => label.length))
  const line = (label: string, cells: readonly string[]) =>
    [
      label.padEnd(labelWidth),
      ...cells.map((text, index) => text.padStart(widths[index] ?? 0)),
    ].join(gap)
  const lines = [
    ...(columns.some(({ group }) => group !== undefined)
      ? [groupLine(columns, widths, labelWidth)]
      : []),
    line(
      rowsAre,
      columns.map(({ heading }) => heading),
    ),
    ...rows.map(({ label, cells }) => line(label, cells)),
  ]
  return lines.map((text) => text.trimEnd())
}

/** Runs of columns under one heading: where each begins, and how many there are. */
function groupsOf(
  columns: readonly TextColumn[],
): { name: string; from: number; length: number }[] {
  const groups: { name: string; from: number; length: number }[] = []
  for (const [index, { group = '' }] of columns.entries()) {
    const last = groups.at(-1)
    if (last !== undefined && last.name === group) last.length++
    else groups.push({ name: group, from: index, length: 1 })
  }
  return groups
}

/** A heading may be longer than the columns below it: the first of these is made wider. */
function widenForGroups(columns: readonly TextColumn[], widths: number[]): void {
  for (const { name, from, length } of groupsOf(columns)) {
    const missing = name.length - spanOf(widths, from, length)
    if (missing > 0) widths[from] = (widths[from] ?? 0) + missing
  }
}

function groupLine(
  columns: readonly TextColumn[],
  widths: readonly number[],
  labelWidth: number,
): string {
  const headings = groupsOf(columns).map(({ name, from, length }) =>
    name.padStart(spanOf(widths, from, length)),
  )
  return [' '.repeat(labelWidth), ...headings].join(gap)
}

function spanOf(widths: readonly number[], from: number, length: number): number {
  const within = widths.slice(from, from + length)
  return within.reduce((total, width) => total + width, 0) + gap.length * (length - 1)
}
