import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimAddress } from '../../src/launcher/address.ts'
import { inBench } from '../systems/processes.ts'
import { systemNode } from '../systems/system-node.ts'
import { type BenchRun, figure, type Row } from './row.ts'

const pollMs = 5
const patienceMs = 30_000

export const start: Row = {
  name: 'start',
  about:
    'seconds from `unblock up --scale server=3` to the first page through the proxy, in a new folder',
  async measure(run) {
    const samples = await starts(run)
    return [
      figure({
        row: 'start',
        measure: 'up --scale server=3, to the first 200',
        unit: 's',
        ours: { name: 'Unblock', samples },
        theirs: { name: '2 s', samples: [2] },
        reach: { atMost: 1 },
      }),
    ]
  },
}

/** @returns the seconds of each start but the first, which may have to compile what later ones find compiled */
async function starts(run: BenchRun): Promise<number[]> {
  const rounds = run.choose({ full: 9, quick: 3, smoke: 1 })
  if (run.effort !== 'smoke') await startOnce()
  const samples: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const seconds = await startOnce()
    samples.push(seconds)
    run.tell(`  round ${round}/${rounds} Unblock: ${seconds.toFixed(2)} s`)
  }
  return samples
}

/** As a user does it, and ends it again. @returns seconds until the page was answered with 200 */
async function startOnce(): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  const { host, port } = await claimAddress({ host: '127.0.0.1', port: 0 })
  const args = ['up', '--port', String(port), '--scale', 'server=3']
  const began = performance.now()
  const child = spawn(systemNode(), [inBench('../bin/unblock.mjs'), ...args], {
    cwd: dir,
    env: { ...process.env, TMPDIR: dir },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    while ((await statusOf({ host, port, path: '/' })) !== 200) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error('unblock up has ended')
      if (performance.now() - began > patienceMs) throw new Error('unblock up does not come up')
      await sleep(pollMs)
    }
    return (performance.now() - began) / 1000
  } finally {
    child.kill('SIGTERM')
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
}

/** 0 where nobody answers. */
function statusOf(address: { host: string; port: number; path: string }): Promise<number> {
  return new Promise((resolve) => {
    get({ ...address, agent: false }, (answer) => {
      answer.resume()
      answer.once('close', () => resolve(answer.complete ? (answer.statusCode ?? 0) : 0))
    }).on('error', () => resolve(0))
  })
}
