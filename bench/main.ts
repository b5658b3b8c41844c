import { parseArgs } from 'node:util'
import { findProgram, systemPrograms } from '../bin/programs.mjs'
import { machine, median } from './figures.ts'
import { named } from './named.ts'
import { type System, startBare, startUnblock } from './systems.ts'
import { wrk } from './wrk.ts'

/**
 * `npm run bench`: Unblock beside bare Fastify with BullMQ, on one machine, in turn, round after round;
 * the figure is the ratio of the medians. `npm run bench -- NAME`: one of those in `named.ts`. `--quick`
 * is short; `--json` prints the figures only; `--check` exits with 1 where a figure misses its target.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const rounds = values.quick ? 3 : 7
const seconds = values.quick ? 2 : 5

const measures = [
  { name: 'light', path: '/api/tasks', target: 0.6 },
  { name: 'accept', path: '/api/non-blocking?task=primes&limit=2', target: 0.6 },
]

interface Row {
  measure: string
  path: string
  requestsPerS: Record<string, number>
  failed: Record<string, number>
  ratio: number
  target: number
}

const wrkCommand = findProgram(systemPrograms.wrk.names) ?? 'wrk'
const systems: System[] = []
const [name, ...others] = positionals
const bench = name === undefined ? besideBare : named.get(name)
if (bench === undefined || others.length > 0) {
  const known = [...named.keys()].join(', ')
  console.error(`no such benchmark: ${positionals.join(' ')}; there are: ${known}`)
  process.exitCode = 2
} else {
  const isMet = await bench(values)
  if (values.check && !isMet) process.exitCode = 1
}

async function besideBare(): Promise<boolean> {
  const unblock = await startUnblock()
  systems.push(unblock)
  try {
    const taskList = await (await fetch(`${unblock.url}/api/tasks`)).text()
    systems.push(await startBare(taskList))
    const rows = await measureAll()
    if (values.json)
      console.log(JSON.stringify({ machine: machine(), rounds, seconds, rows }, null, 2))
    else print(rows)
    return rows.every(({ ratio, target }) => ratio >= target)
  } finally {
    for (const system of systems) await system.stop()
  }
}

async function measureAll(): Promise<Row[]> {
  const samples = new Map<string, { rates: number[]; failed: number }>()
  for (const system of systems)
    for (const { path } of measures) await wrk(wrkCommand, system.url + path, 1) // warm
  for (let round = 1; round <= rounds; round++)
    for (const { name, path } of measures)
      for (const system of round % 2 ? systems : systems.toReversed()) {
        const key = `${name} ${system.name}`
        const sample = samples.get(key) ?? { rates: [], failed: 0 }
        samples.set(key, sample)
        const { requestsPerS, failed } = await wrk(wrkCommand, system.url + path, seconds)
        sample.rates.push(requestsPerS)
        sample.failed += failed
        if (!values.json) process.stderr.write(`round ${round}/${rounds} ${key}: ${requestsPerS}\n`)
      }
  return measures.map(({ name, path, target }) => {
    const of = (system: System) => samples.get(`${name} ${system.name}`)!
    const rates = Object.fromEntries(systems.map((each) => [each.name, median(of(each).rates)]))
    const failed = Object.fromEntries(systems.map((each) => [each.name, of(each).failed]))
    const [ours, theirs] = systems.map((each) => rates[each.name]!) as [number, number]
    return { measure: name, path, requestsPerS: rates, failed, ratio: ours / theirs, target }
  })
}

function print(rows: Row[]): void {
  console.log(
    `\n${machine()}; medians of ${rounds} interleaved rounds of ${seconds} s, wrk -t1 -c32\n`,
  )
  for (const { measure, path, requestsPerS, failed, ratio, target } of rows) {
    console.log(`${measure}: GET ${path}`)
    for (const [system, rate] of Object.entries(requestsPerS))
      console.log(
        `  ${system.padEnd(24)} ${rate.toFixed(0).padStart(8)} requests/s, ${failed[system]} failed`,
      )
    const verdict = ratio >= target ? 'reached' : 'NOT reached'
    console.log(`  ratio ${ratio.toFixed(2)} (at least ${target}: ${verdict})\n`)
  }
}
