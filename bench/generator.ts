import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRecords, readRun } from '../src/measure/records/run-folder.ts'
import { median } from './figures.ts'
import { unblockMeasure } from './measure.ts'
import type { System } from './systems/system.ts'
import { startUnblock } from './systems/unblock.ts'
import { wrk } from './wrk.ts'

/**
 * How many requests a second does the generator of `unblock measure` manage, beside `wrk -t1 -c32` on the
 * same light endpoint? They are not alike: wrk sends a request when another one is answered, from 32
 * connections; the generator sends each when it is due, whatever is open, and records it. So wrk's figure is
 * the endpoint's capacity, and the generator's the highest rate that it can vouch for.
 */

export interface GeneratorRow {
  endpoint: string
  /** Medians of the rounds. */
  wrkPerS: number
  generatorPerS: number
  /** The median of the rounds' shares, which are tenths: what is compared was measured in the same round. */
  ratio: number
  target: number
  rounds: GeneratorRound[]
}

export interface GeneratorRound {
  wrkPerS: number
  /** The highest share of it that the generator held; 0 where it held none. */
  share: number
  /** Why it did not hold the next one. */
  limit: string
}

interface Endpoint {
  name: string
  url: string
  path: string
}

const target = 0.5
/** In tenths of wrk's figure: up to where the generator is twice as fast. */
const highestTenths = 20
/** What the schema of a scenario allows. */
const highestRate = 100_000
/** A run that completes less than this share of its rate in time has not held it. */
const enough = 0.98

/** A generator that has just started is slow: what it leaves behind in its first moments takes seconds to go. */
const warmUp = '5s'

/** The least that a Node service can do: no proxy, no framework, no work. */
const bareService = `
import { createServer } from 'node:http'
const body = '{"ok":true}'
const head = { 'content-type': 'application/json', 'content-length': body.length }
const server = createServer((_request, response) => response.writeHead(200, head).end(body))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

/**
 * @param rounds each asks all endpoints in turn, with wrk and then with the generator at shares of what wrk
 *   has just got
 * @param seconds of each run of either, the warm-up not counted
 */
export async function measureGenerator({
  rounds,
  seconds,
  tell,
}: {
  rounds: number
  seconds: number
  tell: (line: string) => void
}): Promise<GeneratorRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  const systems: Pick<System, 'url' | 'stop'>[] = []
  try {
    systems.push(await startBareService())
    // Two lines for each request, and this process reading them, would be measured as well.
    systems.push(await startUnblock({ servers: 1, env: { LOG_LEVEL: 'warn' } }))
    const [bare, unblock] = systems.map(({ url }) => url) as [string, string]
    const endpoints: Endpoint[] = [
      { name: 'Unblock behind nginx, GET /api/tasks', url: unblock, path: '/api/tasks' },
      { name: 'Unblock behind nginx, GET /livez', url: unblock, path: '/livez' },
      { name: 'bare Node service, GET /', url: bare, path: '/' },
    ]
    for (const { url, path } of endpoints) await wrk(url + path, 1) // warm
    const results = new Map(endpoints.map((each) => [each, [] as GeneratorRound[]]))
    for (let round = 1; round <= rounds; round++)
      for (const endpoint of round % 2 ? endpoints : endpoints.toReversed()) {
        const { requestsPerS } = await wrk(endpoint.url + endpoint.path, seconds)
        const held = await climb(dir, endpoint, requestsPerS, seconds)
        results.get(endpoint)!.push({ wrkPerS: requestsPerS, ...held })
        const figures = `wrk ${requestsPerS.toFixed(0)}/s, generator ${held.share.toFixed(1)} of it`
        tell(`round ${round}/${rounds} ${endpoint.name}: ${figures}; not more: ${held.limit}`)
      }
    return endpoints.map((each) => rowOf(each.name, results.get(each)!))
  } finally {
    for (const system of systems) await system.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function rowOf(endpoint: string, rounds: GeneratorRound[]): GeneratorRow {
  const wrkPerS = median(rounds.map((each) => each.wrkPerS))
  const generatorPerS = median(rounds.map((each) => each.share * each.wrkPerS))
  const ratio = median(rounds.map(({ share }) => share))
  return { endpoint, wrkPerS, generatorPerS, ratio, target, rounds }
}

/** From the target upwards while the generator holds the rate; where it does not hold that, downwards. */
async function climb(
  dir: string,
  endpoint: Endpoint,
  wrkPerS: number,
  seconds: number,
): Promise<Omit<GeneratorRound, 'wrkPerS'>> {
  const hold = (tenths: number) => whyNotHeld(dir, endpoint, (wrkPerS * tenths) / 10, seconds)
  let tenths = target * 10
  let limit = await hold(tenths)
  if (limit === null) {
    while (limit === null && tenths < highestTenths) limit = await hold(++tenths)
    if (limit !== null) tenths--
    return { share: tenths / 10, limit: limit ?? 'not tried' }
  }
  let first = limit
  while (--tenths > 0) {
    const next = await hold(tenths)
    if (next === null) break
    first = next
  }
  return { share: tenths / 10, limit: first }
}

/**
 * One run at a rate, through the command. The load is the bystander, since it may ask for any path; the
 * tasks are one, and that the smallest. Null: the run is not void, all were completed, and in time.
 */
async function whyNotHeld(
  dir: string,
  { url, path }: Endpoint,
  rate: number,
  seconds: number,
): Promise<string | null> {
  if (rate > highestRate) return `more than ${highestRate}/s cannot be asked for`
  const scenario = {
    executors: ['thread'],
    task: 'primes',
    params: { limit: 2 },
    rates: [0.2],
    warmUp,
    duration: `${seconds}s`,
    giveUp: '10s',
    bystander: { path, rate },
  }
  // YAML has JSON within it.
  writeFileSync(join(dir, 'load.yaml'), JSON.stringify(scenario))
  const folder = join(dir, 'run')
  try {
    const measured = await unblockMeasure(dir, ['./load.yaml', '--target', url, '--out', folder])
    const { requests } = measured.bystander!
    const cpu = readRun(folder).trials[0]?.generator?.cpu ?? 0
    if (measured.void !== null) return `void, at ${cpu.toFixed(2)} of a core: ${measured.void}`
    if (requests.completed < requests.sent)
      return `${requests.sent - requests.completed} of ${requests.sent} failed`
    const inTime = (await completedInTime(folder, seconds)) / seconds
    return inTime >= enough * rate ? null : `${inTime.toFixed(0)} of ${rate.toFixed(0)}/s came`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How many bystanders had their answer while requests were due: the summary tells that of tasks only. */
async function completedInTime(folder: string, seconds: number): Promise<number> {
  let count = 0
  for await (const { kind, due, ended, outcome } of readRecords(folder))
    if (kind === 'bystander' && due >= 0 && outcome === 'completed' && ended <= seconds * 1000)
      count++
  return count
}

async function startBareService(): Promise<Pick<System, 'url' | 'stop'>> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', bareService], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data')
  return { url: `http://127.0.0.1:${Number(port)}`, stop: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  if (child.kill('SIGKILL')) await ended
}
