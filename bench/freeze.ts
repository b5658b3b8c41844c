import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findProgram, systemPrograms } from '../bin/programs.mjs'
import { median, nearestRank } from './figures.ts'
import { unblockMeasure } from './measure.ts'

/**
 * Does `unblock measure` say what users feel? A service that answers in 5 ms for ten seconds and then freezes
 * for two has latencies that follow from arithmetic. Beside it, a closed loop, which sends nothing while it
 * waits and so sees one slow request of two thousand (Gil Tene, How NOT to Measure Latency: coordinated
 * omission); and `wrk -c1`, a closed loop as well, which fills in afterwards the requests that it would
 * have sent at its own mean rate (`stats_correct` in its source): a guess at a load that nobody asked for.
 */

const ratePerS = 100
const seconds = 12
/** As the scripted service has it. */
const script = { answerMs: 5, freezeFromMs: 10_000, freezeToMs: 12_000 }
const service = fileURLToPath(new URL('../test/fixtures/scripted-server.ts', import.meta.url))
const roundTrips = 300

export interface FreezeRow {
  percentile: keyof typeof shares
  analyticMs: number
  measuredMs: number
  /** Of the analytic value. */
  errorShare: number
  closedLoopMs: number
  /** Null where wrk does not say: it knows no 99.9th percentile. */
  wrkMs: number | null
}

export interface FreezeBench {
  /** What the network adds to the 5 ms: median of as many requests, at the same rate, that are answered at once. */
  roundTripMs: number
  rows: FreezeRow[]
  /** Why it must not be used; null: it may. */
  void: string | null
}

const shares = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 } as const

export async function measureFreeze(): Promise<FreezeBench> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const open = await onService(async (url) => {
      const roundTripMs = await medianRoundTrip(`${url}/nothing`)
      const args = ['--target', url, '--executor', 'event-loop']
      const load = ['--rate', `${ratePerS}`, '--duration', `${seconds}s`]
      return { roundTripMs, measured: await unblockMeasure(dir, [...args, ...load]) }
    })
    const closed = await onService(closedLoop)
    const byWrk: Partial<Record<FreezeRow['percentile'], number>> = await onService(wrkLatencies)
    const { roundTripMs, measured } = open
    const analytic = analyticLatencies(roundTripMs)
    const rows = Object.entries(shares).map(([name, share]): FreezeRow => {
      const percentile = name as keyof typeof shares
      const analyticMs = nearestRank(analytic, share)
      const measuredMs = measured.latencyMs[percentile] ?? Number.NaN
      const errorShare = measuredMs / analyticMs - 1
      const closedLoopMs = nearestRank(closed, share)
      const wrkMs = byWrk[percentile] ?? null
      return { percentile, analyticMs, measuredMs, errorShare, closedLoopMs, wrkMs }
    })
    return { roundTripMs, rows, void: measured.void }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Ascending. Request k is due after 10 k ms; what is due in the freeze is answered at its end. */
function analyticLatencies(roundTripMs: number): number[] {
  const latencies = Array.from({ length: ratePerS * seconds }, (_, k) => {
    const due = (k * 1000) / ratePerS
    return due < script.freezeFromMs ? script.answerMs + roundTripMs : script.freezeToMs - due
  })
  return latencies.sort((a, b) => a - b)
}

/** Of a path that the service does not know: its clock starts with the first that it does. */
async function medianRoundTrip(url: string): Promise<number> {
  const client = new Client()
  const times: number[] = []
  for (let n = 0; n < roundTrips; n++) {
    times.push(await client.ask(url))
    await sleep(1000 / ratePerS) // a CPU that has slept takes longer to answer
  }
  client.close()
  return median(times)
}

/** Latencies, ascending, of a client that sends its next request when the last one is answered. */
async function closedLoop(url: string): Promise<number[]> {
  const client = new Client()
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) times.push(await client.ask(`${url}/api/blocking`))
  client.close()
  return times.sort((a, b) => a - b)
}

/** One connection that is kept. */
class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  /** @returns milliseconds until the answer was here, whole */
  async ask(url: string): Promise<number> {
    const sent = performance.now()
    const [response] = await once(get(url, { agent: this.#agent }), 'response')
    await once(response.resume(), 'end')
    return performance.now() - sent
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** `wrk -t1 -c1`: what it prints, in milliseconds. */
async function wrkLatencies(url: string) {
  const command = findProgram(systemPrograms.wrk.names) ?? 'wrk'
  const args = ['-t1', '-c1', `-d${seconds}s`, '--latency', '--timeout', '30s']
  const { stdout } = await promisify(execFile)(command, [...args, `${url}/api/blocking`])
  const find = (pattern: RegExp) => {
    const [, number, unit] = pattern.exec(stdout) ?? []
    if (number === undefined) throw new Error(`wrk prints no ${pattern}:\n${stdout}`)
    return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit as 'us' | 'ms' | 's']
  }
  return {
    p50: find(/^ *50% +([\d.]+)(us|ms|s)\b/m),
    p90: find(/^ *90% +([\d.]+)(us|ms|s)\b/m),
    p99: find(/^ *99% +([\d.]+)(us|ms|s)\b/m),
    // Average, standard deviation, maximum.
    max: find(/^ *Latency +\S+ +\S+ +([\d.]+)(us|ms|s)\b/m),
  }
}

async function onService<T>(use: (url: string) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [service], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = await once(child.stdout.setEncoding('utf8'), 'data')
    return await use(`http://127.0.0.1:${Number(port)}`)
  } finally {
    child.kill('SIGKILL')
  }
}
