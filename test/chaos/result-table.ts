import type { LightLoad } from './light-load.ts'

export type Row = readonly [name: string, value: string]

/** What a load came to, as rows of a table. */
export function loadRows(load: LightLoad): Row[] {
  return [
    ['requests', `${load.made}`],
    ['failed', `${load.failed}`],
    ['refused (503 of a busy server)', `${load.refused}`],
    ['duration', `${load.seconds.toFixed(1)} s`],
    ['requests/s', (load.made / load.seconds).toFixed(0)],
    ['held back (too many open)', `${load.heldBack}`],
    ['longest stall of the load itself', `${load.longestStallMs.toFixed(0)} ms`],
    ...sorted(load.statuses).map(([kind, times]) => [kind, `${times}`] as const),
    ...[...load.served].map(([server, times]) => [`served by ${server}`, `${times}`] as const),
  ]
}

/** Prints one table, and below it the first failures and refusals, if any. */
export function printTable(title: string, rows: readonly Row[], load: LightLoad): void {
  const width = Math.max(...rows.map(([name]) => name.length))
  console.log(`\n${title}\n`)
  for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value.padStart(8)}`)
  for (const { atS, kind, what } of [...load.failures, ...load.refusals])
    console.log(`  after ${atS.toFixed(2)} s: ${kind}: ${what.trimEnd()}`)
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => a.localeCompare(b))
}
