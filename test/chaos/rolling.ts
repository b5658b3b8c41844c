import { unblock } from '../system/stack.ts'
import { LightLoad } from './light-load.ts'
import { withStack } from './own-stack.ts'
import { loadRows, printTable } from './result-table.ts'

/**
 * Restarts a stack of 3 servers and 2 workers `times` times, one instance after another, under a
 * constant load, which goes on until `requests` were made. Prints one table.
 *
 * @returns whether no request failed or was refused
 */
export async function rolling({
  times = 10,
  requests = 50_000,
  rate = 400,
}: {
  times?: number
  requests?: number
  /** Requests a second. */
  rate?: number
} = {}): Promise<boolean> {
  return withStack({ servers: 3, workers: 2 }, async (stack) => {
    const load = new LightLoad({ url: stack.url, rate, maxSeconds: 120 * times + requests / rate })
    const tookS: number[] = []
    try {
      for (let i = 0; i < times; i++) {
        const begun = performance.now()
        const { code, stderr } = await unblock(['restart'], stack.dir)
        if (code !== 0) throw new Error(`unblock restart: ${stderr}`)
        tookS.push((performance.now() - begun) / 1000)
        // It takes minutes: a word on standard error now and then, beside the table.
        console.error(
          `rolling restart ${i + 1} of ${times}: ${load.made} requests, ${load.failed + load.refused} failed`,
        )
      }
      if (load.hasEnded) throw new Error('the restarts took longer than the load may last')
      await load.untilMade(requests)
    } finally {
      await load.stop()
    }
    const restarted = stack.logs.match(/restart: \S+ restarted in/g)?.length ?? 0
    printTable(
      `Rolling restart under load: 3 servers, 2 workers, ${times} times`,
      [
        ['rolling restarts', `${times}`],
        ['instances restarted', `${restarted}`],
        ['median of one rolling restart', `${median(tookS).toFixed(1)} s`],
        ...loadRows(load),
      ],
      load,
    )
    return load.failed + load.refused === 0 && load.made >= requests && restarted === 5 * times
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
