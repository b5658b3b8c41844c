import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { findProgram, systemPrograms } from '../bin/programs.mjs'
import { growthOf, type LeakSample, watchForLeaks } from './leak.ts'
import { measureLighthouse } from './lighthouse.ts'
import { measurePage } from './page.ts'
import { measureRefusals } from './refusals.ts'
import { type System, startBare, startUnblock } from './systems.ts'
import { wrk } from './wrk.ts'

/**
 * `npm run bench`: Unblock beside bare Fastify with BullMQ, on one machine, in turn, round after round;
 * the figure is the ratio of the medians. `npm run bench -- refusals`: how fast it refuses when it is
 * full. `-- page`: what the page costs a browser. `-- lighthouse`: what Lighthouse says of it. `-- leak`: an hour of it. `--quick` is short; `--json` prints the figures only; `--check` exits with 1 where a figure
 * misses its target.
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
if (positionals.length === 0) await compare()
else await single(positionals.join(' '))

async function single(name: string): Promise<void> {
  if (name === 'refusals') await refusals()
  else if (name === 'page') await page()
  else if (name === 'lighthouse') await lighthouse()
  else if (name === 'leak') await leak()
  else {
    console.error(`no such benchmark: ${name}; there are: refusals, page, lighthouse, leak`)
    process.exitCode = 2
  }
}

async function page(): Promise<void> {
  const seconds = values.quick ? 3 : 20
  const row = await measurePage(seconds)
  const { framesPerS, pageCpu, browserCpu, requestsPerS } = row
  if (values.json) console.log(JSON.stringify({ machine: machine(), seconds, ...row }, null, 2))
  else
    console.log(
      `${machine()}; ${seconds} s, 20 instances, ${requestsPerS.toFixed(0)} requests/s: ` +
        `${framesPerS.toFixed(1)} frames/s (at least 50), page ${(pageCpu * 100).toFixed(0)}% of a core ` +
        `(below 30%), whole browser ${(browserCpu * 100).toFixed(0)}%`,
    )
  if (values.check && !(framesPerS > 50 && pageCpu < 0.3 && requestsPerS > 190))
    process.exitCode = 1
}

async function leak(): Promise<void> {
  const line = ({ minute, heapMB, nodes, listeners }: LeakSample) =>
    `${minute.toFixed(1).padStart(5)} min: heap ${heapMB.toFixed(2)} MB, ${nodes} nodes, ${listeners} listeners`
  const samples = await watchForLeaks(
    values.quick ? { minutes: 2, everyMs: 10_000 } : { minutes: 60, everyMs: 60_000 },
    (sample) => console.error(line(sample)),
  )
  const growth = growthOf(samples)
  if (values.json) console.log(JSON.stringify({ machine: machine(), growth, samples }, null, 2))
  else
    console.log(
      `last third against the one before: heap ${percentage(growth.heap)}, nodes ${percentage(growth.nodes)}, listeners ${percentage(growth.listeners)} (at most +5%)`,
    )
  if (values.check && Object.values(growth).some((share) => !(share < 0.05))) process.exitCode = 1
}

function percentage(share: number): string {
  return `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)}%`
}

async function lighthouse(): Promise<void> {
  const scores = await measureLighthouse()
  console.log(JSON.stringify(scores, null, 2))
  if (values.check && Object.values(scores).some((score) => score < 95)) process.exitCode = 1
}

async function refusals(): Promise<void> {
  const seconds = values.quick ? 3 : 30
  const rows = await measureRefusals(seconds)
  if (values.json) console.log(JSON.stringify({ machine: machine(), seconds, rows }, null, 2))
  else {
    console.log(`\n${machine()}; ${seconds} s, everything saturated; milliseconds\n`)
    console.table(
      rows.map(({ name, answers, others, p50Ms, p99Ms, maxMs }) => {
        const [p50, p99, max] = [p50Ms, p99Ms, maxMs].map((ms) => Number(ms.toFixed(1)))
        return { name, answers, others, p50, p99, max }
      }),
    )
  }
  if (values.check && rows.some(({ p99Ms }) => !(p99Ms < 100))) process.exitCode = 1
}

async function compare(): Promise<void> {
  const unblock = await startUnblock()
  systems.push(unblock)
  try {
    const taskList = await (await fetch(`${unblock.url}/api/tasks`)).text()
    systems.push(await startBare(taskList))
    const rows = await measureAll()
    if (values.json)
      console.log(JSON.stringify({ machine: machine(), rounds, seconds, rows }, null, 2))
    else print(rows)
    if (values.check && rows.some(({ ratio, target }) => ratio < target)) process.exitCode = 1
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

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
