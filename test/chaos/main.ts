import { parseArgs } from 'node:util'
import type { Cleaner } from '../fixtures/at-end.ts'
import { cancelling } from './cancelling.ts'
import { isGood, MIXED_DEFAULTS, mixed, mixedTable } from './mixed.ts'
import { soak } from './soak.ts'

/** `npm run test:chaos`: what the service promises, while it is being broken. */

const HELP = `npm run test:chaos -- [WHAT] [OPTIONS]

  (nothing)   random SIGKILLs under a mixed load: is every accepted job ended once, and right?
  cancelling  jobs cancelled at random moments: is anything left of them?
  soak        a long run with kills: do memory, handles and keys grow?
  rolling     rolling restarts under load: does a request fail?
  scaling     scaling down and up under load: does a request fail?

  --seconds 60        how long (nothing)
  --minutes 30        how long (soak)
  --jobs 2000         how many (cancelling)
  --servers 3  --workers 2
  --worker-every 1  --server-every 5  --redis-every 30    seconds between two kills; 0: never (nothing)
  --load 0.2          share of this machine that the tasks take (nothing, cancelling: none; soak: 0.7)
  --times 10  --requests 50000                             (rolling)
  --rate 400          requests a second (rolling, scaling)
  --seed N            the same load and victims again
  --json              the figures instead of the table

For example: npm run test:chaos -- --seconds 300`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    minutes: { type: 'string' },
    jobs: { type: 'string' },
    servers: { type: 'string' },
    workers: { type: 'string' },
    'worker-every': { type: 'string' },
    'server-every': { type: 'string' },
    'redis-every': { type: 'string' },
    load: { type: 'string' },
    times: { type: 'string' },
    requests: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const cleanings: (() => Promise<void>)[] = []
const cleaner: Cleaner = { after: (clean) => void cleanings.push(clean) }

/** A number that was given, or what holds where none was. */
function number(name: Exclude<keyof typeof values, 'json' | 'help'>, fallback: number): number {
  const text = values[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`--${name} ${text} is not a number from 0 on`)
  return value
}

const seed = number('seed', Date.now() % 1_000_000)
const { json } = values

const runs: Record<string, () => Promise<boolean>> = {
  async mixed() {
    const { everyS, seconds, servers, workers, load } = MIXED_DEFAULTS
    const report = await mixed(cleaner, {
      ...MIXED_DEFAULTS,
      seed,
      seconds: number('seconds', seconds),
      servers: number('servers', servers),
      workers: number('workers', workers),
      load: number('load', load),
      everyS: {
        worker: number('worker-every', everyS.worker),
        server: number('server-every', everyS.server),
        redis: number('redis-every', everyS.redis),
      },
    })
    console.log(json ? JSON.stringify(report, null, 2) : mixedTable(report))
    return isGood(report)
  },
  cancelling: () => cancelling(cleaner, { jobs: number('jobs', 2000), seed, json }),
  soak: () =>
    soak(cleaner, {
      minutes: number('minutes', 30),
      load: number('load', 0.7),
      servers: number('servers', 3),
      workers: number('workers', 2),
      seed,
      json,
    }),
  async rolling() {
    const { rolling } = await import('./rolling.ts')
    return rolling({
      rate: number('rate', 400),
      ...(values.times === undefined ? {} : { times: number('times', 0) }),
      ...(values.requests === undefined ? {} : { requests: number('requests', 0) }),
    })
  },
  async scaling() {
    const { scaling } = await import('./scaling.ts')
    return scaling({ rate: number('rate', 400) })
  },
}

async function main(): Promise<boolean> {
  const [what = 'mixed', ...more] = positionals
  const run = Object.hasOwn(runs, what) ? runs[what] : undefined
  if (run === undefined || more.length > 0)
    throw new Error(`${positionals.join(' ')} is not one of ${Object.keys(runs).join(', ')}`)
  return run()
}

if (values.help) console.log(HELP)
else {
  // Ctrl-C must not leave a stack behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void clean().then(() => process.exit(1)))
  try {
    if (!(await main())) process.exitCode = 1
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  } finally {
    await clean()
  }
}

async function clean(): Promise<void> {
  for (const each of cleanings.splice(0)) await each()
}
