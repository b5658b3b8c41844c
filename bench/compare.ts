import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { runCompare } from '../src/measure/compare/command.ts'

/**
 * Does `unblock compare` say noise where there is nothing, and find a task made 20% slower? On the real
 * service, through the real commands: each run measures three versions in turn, of which `a` and `a2` are
 * the same, and `b` works a fifth more.
 */

/** A chain of hashes: nothing but CPU, and an amount that follows from `rounds`. */
const task = `import { createHash } from 'node:crypto'
import { defineTask } from 'unblock'

export default defineTask({
  name: 'hash-chain',
  summary: 'Hashes a hash, again and again',
  params: {
    type: 'object',
    properties: {
      rounds: { type: 'integer', minimum: 1, maximum: 1000000, default: 1000, description: 'hashes' },
    },
    required: ['rounds'],
  },
  run({ rounds }) {
    let hash = Buffer.alloc(32)
    for (let i = 0; i < rounds; i++) hash = createHash('sha256').update(hash).digest()
    return { hash: hash.toString('hex') }
  },
})
`

/** About 10 ms on an AMD EPYC: most of what a request takes. */
const rounds = 6000

/** Equal but for their names, and for `b`. */
const scenario = (repetitions: number) => `description: three versions, one of them slower
tasks: tasks
task: hash-chain
executors: [thread]
rates: [30]
versions:
  - { name: a, params: { rounds: ${rounds} } }
  - { name: a2, params: { rounds: ${rounds} } }
  - { name: b, params: { rounds: ${rounds * 1.2} } }
warmUp: 300ms
duration: 500ms
repetitions: ${repetitions}
bystander: false
`

export interface CompareBench {
  pairs: number
  /** How many A/A pairs are said to be noise. */
  noise: number
  /** How many that are 20% slower are said to be slower. */
  slowerFound: number
  results: { same: CompareResult; slower: CompareResult }[]
}

export interface CompareResult {
  verdict: string
  ratio: number | null
  interval: [number, number] | null
}

/**
 * @param pairs how many of either kind, each from a run of its own
 * @param quick ten repetitions and not twenty: enough on a machine that does nothing else
 */
export async function measureCompare({
  pairs = 10,
  quick = false,
  tell = (_line: string) => {},
}: {
  pairs?: number
  quick?: boolean
  tell?: (line: string) => void
} = {}): Promise<CompareBench> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    mkdirSync(join(dir, 'tasks'))
    writeFileSync(join(dir, 'tasks', 'hash-chain.ts'), task)
    writeFileSync(join(dir, 'compare.yaml'), scenario(quick ? 10 : 20))
    const results: CompareBench['results'] = []
    for (let n = 1; n <= pairs; n++) {
      const run = `run-${n}`
      await measure(dir, run)
      const same = await compare(dir, `${run}:thread-a`, `${run}:thread-a2`)
      const slower = await compare(dir, `${run}:thread-a`, `${run}:thread-b`)
      results.push({ same, slower })
      tell(`pair ${n}/${pairs}: the same ${words(same)}; 20% more work ${words(slower)}`)
    }
    return {
      pairs,
      noise: results.filter(({ same }) => same.verdict === 'noise').length,
      slowerFound: results.filter(({ slower }) => slower.verdict === 'slower').length,
      results,
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function words({ verdict, ratio, interval }: CompareResult): string {
  const [low, high] = (interval ?? []).map((end) => end.toFixed(3))
  return `${verdict}, ${ratio?.toFixed(3)} (${low} to ${high})`
}

async function measure(dir: string, run: string): Promise<void> {
  const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
  const args = [cli, 'measure', './compare.yaml', '--json', '--out', run]
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    cwd: dir,
    env: { ...process.env, TMPDIR: dir },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  if (code !== 0) throw new Error(`unblock measure ended with ${code}:\n${said}`)
}

async function compare(cwd: string, a: string, b: string): Promise<CompareResult> {
  let output = ''
  const write = (part: string) => {
    output += part
  }
  await runCompare(a, b, { json: true }, { cwd, write })
  const { verdict, ratio, interval } = JSON.parse(output).comparisons[0]
  return { verdict, ratio, interval }
}
