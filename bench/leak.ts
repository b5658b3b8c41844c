import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { startBrowser } from '../test/browser/browser.ts'
import { startUnblock } from './systems/unblock.ts'

/**
 * Whether a tab that stays open leaks: the page's heap after a collection of garbage, its nodes and its
 * listeners, again and again, while it is used. Its lists are bounded, so after they have filled up
 * nothing may grow.
 */
export interface LeakSample {
  minute: number
  heapMB: number
  nodes: number
  listeners: number
}

const runEveryMs = 4000

/** Fewer than these say nothing of growth. */
const enough = 9

export async function watchForLeaks(
  { minutes, everyMs }: { minutes: number; everyMs: number },
  tell: (sample: LeakSample) => void,
): Promise<LeakSample[]> {
  const endings: (() => Promise<void>)[] = []
  const samples: LeakSample[] = []
  try {
    const system = await startUnblock({ servers: 2, workers: 1, env: { THREADS: '1' } })
    endings.push(system.stop)
    const browser = await startBrowser({ after: (clean) => endings.push(clean) })
    const page = await browser.newPage({ viewport: { width: 1440, height: 1200 } })
    await page.goto(system.url)
    await page.getByLabel('limit', { exact: true }).fill('300000')
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const begun = performance.now()
    let sampledAt = begun
    for (let n = 0; performance.now() - begun < minutes * 60_000; n++) {
      await runOne(page, n)
      await sleep(runEveryMs)
      if (performance.now() - sampledAt < everyMs) continue
      sampledAt = performance.now()
      // Twice: what the first collection finalises is free after the second.
      for (let i = 0; i < 2; i++) await devtools.send('HeapProfiler.collectGarbage')
      const { metrics } = await devtools.send('Performance.getMetrics')
      const of = (name: string) => metrics.find((each) => each.name === name)?.value ?? Number.NaN
      const sample = {
        minute: (sampledAt - begun) / 60_000,
        heapMB: of('JSHeapUsedSize') / 1e6,
        nodes: of('Nodes'),
        listeners: of('JSEventListeners'),
      }
      samples.push(sample)
      tell(sample)
    }
    return samples
  } finally {
    for (const end of endings.toReversed()) await end()
  }
}

const ways = ['On a thread', 'On the queue', 'On the event loop']

async function runOne(page: Page, n: number): Promise<void> {
  await page.getByRole('radio', { name: ways[n % ways.length]! }).check()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
}

/**
 * How much more there was in the last third of the time than in the third before, as a share: medians. In
 * the first third lists fill up.
 */
export function growthOf(samples: readonly LeakSample[]) {
  if (samples.length < enough) throw new Error(`only ${samples.length} samples`)
  const third = Math.floor(samples.length / 3)
  const before = samples.slice(-2 * third, -third)
  const last = samples.slice(-third)
  const of = (key: 'heapMB' | 'nodes' | 'listeners') =>
    medianOf(last.map((each) => each[key])) / medianOf(before.map((each) => each[key])) - 1
  return { heap: of('heapMB'), nodes: of('nodes'), listeners: of('listeners') }
}

const medianOf = (values: number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
