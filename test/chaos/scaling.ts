import { setTimeout as sleep } from 'node:timers/promises'
import { usableCpus } from '../../src/cpus.ts'
import { LightLoad } from './light-load.ts'
import { withStack } from './own-stack.ts'
import { loadRows, printTable, type Row } from './result-table.ts'

/**
 * What new servers may take from the command to the first request that each answers. No more are started
 * at once than there are CPUs, so it holds for each such group after the one before.
 */
const MAX_FIRST_MS = 3000

/**
 * Scales 3 → 1 → 5 servers under a constant load. Prints one table, with what each new server took
 * from the command to its first answer.
 *
 * @returns whether no request failed or was refused, and new servers took requests as soon as they may take
 */
export async function scaling({
  rate = 400,
  pauseMs = 2000,
}: {
  /** Requests a second. */
  rate?: number
  /** Before, between and after the changes. */
  pauseMs?: number
} = {}): Promise<boolean> {
  return withStack({ servers: 3, workers: 1 }, async (stack) => {
    const load = new LightLoad({ url: stack.url, rate, maxSeconds: 300 })
    const added = ['server-2', 'server-3', 'server-4', 'server-5']
    const rows: Row[] = []
    let late = 0
    const scale = async (server: number) => {
      const begun = performance.now()
      const { code, stderr } = await stack.scale({ server })
      if (code !== 0) throw new Error(`unblock scale: ${stderr}`)
      const took = `${((performance.now() - begun) / 1000).toFixed(1)} s`
      rows.push([`scale server=${server} took`, took])
    }
    try {
      await sleep(pauseMs)
      await scale(1)
      await sleep(pauseMs)
      const firsts = Promise.all(added.map((name) => load.nextFrom(name)))
      await scale(5)
      for (const [i, ms] of (await firsts).entries()) {
        const groups = Math.floor(i / usableCpus()) + 1
        if (ms > groups * MAX_FIRST_MS) late++
        rows.push([`first answer of ${added[i]}`, `${(ms / 1000).toFixed(2)} s`])
      }
      await sleep(pauseMs)
    } finally {
      await load.stop()
    }
    printTable('Scaling under load: 3 → 1 → 5 servers', [...rows, ...loadRows(load)], load)
    return load.failed + load.refused + late === 0
  })
}
