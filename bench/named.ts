import { loadavg } from 'node:os'
import { measureCompare } from './compare.ts'
import { machine } from './figures.ts'
import { measureFreeze } from './freeze.ts'
import { measureGenerator } from './generator.ts'
import { growthOf, type LeakSample, watchForLeaks } from './leak.ts'
import { measureLighthouse } from './lighthouse.ts'
import { measurePage } from './page.ts'
import { measureRefusals } from './refusals.ts'
import { measureSimulator } from './simulator.ts'
import { measureSteadiness } from './steadiness.ts'

export interface BenchOptions {
  quick: boolean
  json: boolean
}

/** `npm run bench -- NAME`: each prints its figures, and resolves with whether they meet their targets. */
export const named = new Map<string, (options: BenchOptions) => Promise<boolean>>(
  Object.entries({
    refusals,
    page,
    lighthouse,
    leak,
    generator,
    freeze,
    compare,
    simulator,
    steadiness,
  }),
)

async function page({ quick, json }: BenchOptions): Promise<boolean> {
  const seconds = quick ? 3 : 20
  const row = await measurePage(seconds)
  const { framesPerS, pageCpu, browserCpu, requestsPerS } = row
  if (json) console.log(JSON.stringify({ machine: machine(), seconds, ...row }, null, 2))
  else
    console.log(
      `${machine()}; ${seconds} s, 20 instances, ${requestsPerS.toFixed(0)} requests/s: ` +
        `${framesPerS.toFixed(1)} frames/s (at least 50), page ${(pageCpu * 100).toFixed(0)}% of a core ` +
        `(below 30%), whole browser ${(browserCpu * 100).toFixed(0)}%`,
    )
  return framesPerS > 50 && pageCpu < 0.3 && requestsPerS > 190
}

async function leak({ quick, json }: BenchOptions): Promise<boolean> {
  const line = ({ minute, heapMB, nodes, listeners }: LeakSample) =>
    `${minute.toFixed(1).padStart(5)} min: heap ${heapMB.toFixed(2)} MB, ${nodes} nodes, ${listeners} listeners`
  const samples = await watchForLeaks(
    quick ? { minutes: 2, everyMs: 10_000 } : { minutes: 60, everyMs: 60_000 },
    (sample) => console.error(line(sample)),
  )
  const growth = growthOf(samples)
  if (json) console.log(JSON.stringify({ machine: machine(), growth, samples }, null, 2))
  else
    console.log(
      `last third against the one before: heap ${change(growth.heap)}, nodes ${change(growth.nodes)}, listeners ${change(growth.listeners)} (at most +5%)`,
    )
  return Object.values(growth).every((share) => share < 0.05)
}

async function lighthouse(): Promise<boolean> {
  const scores = await measureLighthouse()
  console.log(JSON.stringify(scores, null, 2))
  return Object.values(scores).every((score) => score >= 95)
}

async function refusals({ quick, json }: BenchOptions): Promise<boolean> {
  const seconds = quick ? 3 : 30
  const rows = await measureRefusals(seconds)
  if (json) console.log(JSON.stringify({ machine: machine(), seconds, rows }, null, 2))
  else {
    console.log(`\n${machine()}; ${seconds} s, everything saturated; milliseconds\n`)
    console.table(
      rows.map(({ name, answers, others, p50Ms, p99Ms, maxMs }) => {
        const [p50, p99, max] = [p50Ms, p99Ms, maxMs].map((ms) => Number(ms.toFixed(1)))
        return { name, answers, others, p50, p99, max }
      }),
    )
  }
  return rows.every(({ p99Ms }) => p99Ms < 100)
}

async function generator({ quick, json }: BenchOptions): Promise<boolean> {
  const [rounds, seconds] = quick ? [3, 2] : [5, 3]
  const others = load()
  const rows = await measureGenerator({ rounds, seconds, tell: tellUnless(json) })
  if (json) console.log(JSON.stringify({ machine: machine(), rounds, seconds, rows }, null, 2))
  else {
    console.log(`\n${machine()}; ${others}; medians of ${rounds} rounds, runs of ${seconds} s\n`)
    console.table(
      rows.map(({ endpoint, wrkPerS, generatorPerS, ratio, target }) => ({
        endpoint,
        'wrk -t1 -c32, requests/s': Math.round(wrkPerS),
        'generator, requests/s': Math.round(generatorPerS),
        ratio: Number(ratio.toFixed(2)),
        [`at least ${target}`]: ratio >= target ? 'reached' : 'NOT reached',
      })),
    )
  }
  return rows.every(({ ratio, target }) => ratio >= target)
}

async function freeze({ json }: BenchOptions): Promise<boolean> {
  const others = load()
  const bench = await measureFreeze()
  const { roundTripMs, rows } = bench
  if (json) console.log(JSON.stringify({ machine: machine(), ...bench }, null, 2))
  else {
    console.log(
      `\n${machine()}; ${others}; 100 requests/s for 12 s, 5 ms each, the last 2 s frozen; ` +
        `milliseconds, with a round trip of ${roundTripMs.toFixed(2)}\n`,
    )
    console.table(
      rows.map(({ percentile, analyticMs, measuredMs, errorShare, closedLoopMs, wrkMs }) => ({
        percentile,
        analytic: Number(analyticMs.toFixed(2)),
        'unblock measure': Number(measuredMs.toFixed(2)),
        'error (at most 2%)': change(errorShare),
        'closed loop': Number(closedLoopMs.toFixed(2)),
        'wrk -c1 (filled in)': wrkMs ?? '',
      })),
    )
    if (bench.void !== null) console.log(`void: ${bench.void}`)
  }
  return bench.void === null && rows.every(({ errorShare }) => Math.abs(errorShare) <= 0.02)
}

async function compare({ quick, json }: BenchOptions): Promise<boolean> {
  const bench = await measureCompare({ quick, tell: tellUnless(json) })
  const { pairs, noise, slowerFound } = bench
  if (json) console.log(JSON.stringify({ machine: machine(), ...bench }, null, 2))
  else
    console.log(
      `\n${machine()}; of ${pairs} pairs that are the same ${noise} are called noise (at least 9 of 10), ` +
        `of ${pairs} that are 20% slower ${slowerFound} are found (all)`,
    )
  return noise >= 0.9 * pairs && slowerFound === pairs
}

async function simulator({ quick, json }: BenchOptions): Promise<boolean> {
  const [rounds, requests, target] = [quick ? 3 : 7, 1_000_000, 2_000_000]
  const others = load()
  const rows = measureSimulator({ rounds, requests })
  if (json) console.log(JSON.stringify({ machine: machine(), rounds, requests, rows }, null, 2))
  else {
    console.log(`\n${machine()}; ${others}; medians of ${rounds} rounds, CPU time of one core\n`)
    console.table(
      rows.map(({ name, requestsPerS }) => ({
        simulated: name,
        'requests/s': Math.round(requestsPerS),
        'at least 2 million': requestsPerS >= target ? 'reached' : 'NOT reached',
      })),
    )
  }
  return rows.every(({ requestsPerS }) => requestsPerS >= target)
}

/** Figures of a machine that does other things as well are worth less: how busy was it before? */
function load(): string {
  return `load average ${loadavg()[0]!.toFixed(1)} before`
}

function tellUnless(json: boolean): (line: string) => void {
  return json ? () => {} : (line) => console.error(line)
}

function change(share: number): string {
  return `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)}%`
}

/** Of runs over the first factor; a machine with more is not steady. */
const unsteadyShare = 0.05

/** Figures of other benchmarks are no steadier than the machine. */
async function steadiness({ quick, json }: BenchOptions): Promise<boolean> {
  const seconds = quick ? 10 : 120
  const before = loadavg()[0]?.toFixed(1)
  const found = await measureSteadiness(seconds)
  const { runs, perS, p10Ms, slower, over } = found
  const [little, much] = slower.map(({ by, share }) => ({
    share,
    words: `${(share * 100).toFixed(0)}% over ${by} times that`,
  }))
  if (json) console.log(JSON.stringify({ machine: machine(), seconds, ...found }, null, 2))
  else {
    console.log(
      `${machine()}; load average before ${before}; ${runs} runs of one task in ${seconds} s, ${perS.toFixed(1)} a second: ` +
        `a tenth within ${p10Ms.toFixed(0)} ms of CPU time, ${little!.words} (below ${unsteadyShare * 100}%), ${much!.words}`,
    )
    console.log(`ms, by two seconds: ${over.map((ms) => ms?.toFixed(0) ?? '—').join(' ')}`)
  }
  return little!.share < unsteadyShare
}
