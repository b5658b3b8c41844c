import { setTimeout as sleep } from 'node:timers/promises'
import { startBrowser } from '../test/browser/browser.ts'
import { LightLoad } from '../test/chaos/light-load.ts'
import { startUnblock } from './systems/unblock.ts'

/**
 * What the page costs who looks at it: frames a second and the CPU of its process, with 10 servers and
 * 10 workers in the picture and 200 requests a second that travel in it. Without a graphics card, all
 * painting is the processor's: that is done by another process of the browser, and counted with all of them.
 */
export interface PageRow {
  framesPerS: number
  /** Of one core, from 0 to 1, of the process that runs the page's scripts and lays it out. */
  pageCpu: number
  /** All processes of the browser together, of one core. */
  browserCpu: number
  /** Requests a second that were made meanwhile. */
  requestsPerS: number
}

const instances = { servers: 10, workers: 10 }
const rate = 200
const warmMs = 5000

const small = '{"task":"primes","params":{"limit":100}}'
const mix = [
  { name: 'light', share: 3, method: 'GET', path: '/api/tasks', right: 200 },
  { name: 'job', share: 1, method: 'POST', path: '/api/non-blocking', body: small, right: 202 },
] as const

export async function measurePage(seconds: number): Promise<PageRow> {
  const endings: (() => Promise<void>)[] = []
  try {
    const system = await startUnblock({ ...instances, env: { THREADS: '1' } })
    endings.push(system.stop)
    const browser = await startBrowser({ after: (clean) => endings.push(clean) })
    const page = await browser.newPage({ viewport: { width: 1440, height: 1200 } })
    await page.goto(system.url)
    await page.locator('.topology li.card[data-place]').nth(19).waitFor()
    await using load = new LightLoad({ url: system.url, rate, mix, maxOpen: 200 })
    const devtools = await browser.newBrowserCDPSession()
    const cpu = async () => {
      const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
      const of = (type: string) =>
        processInfo
          .filter((each) => type === '' || each.type === type)
          .reduce((sum, { cpuTime }) => sum + cpuTime, 0)
      return { page: of('renderer'), all: of(''), at: performance.now(), made: load.made }
    }
    await sleep(warmMs)
    const before = await cpu()
    const frames = await page.evaluate(countFrames, seconds * 1000)
    const after = await cpu()
    const elapsedS = (after.at - before.at) / 1000
    return {
      framesPerS: frames / seconds,
      pageCpu: (after.page - before.page) / elapsedS,
      browserCpu: (after.all - before.all) / elapsedS,
      requestsPerS: (after.made - before.made) / elapsedS,
    }
  } finally {
    for (const end of endings.toReversed()) await end()
  }
}

/** Runs in the page. */
function countFrames(ms: number): Promise<number> {
  const { requestAnimationFrame } = globalThis as unknown as {
    requestAnimationFrame(then: (now: number) => void): void
  }
  return new Promise((resolve) => {
    let frames = -1
    let begun: number | undefined
    const next = (now: number) => {
      begun ??= now
      frames++
      if (now - begun >= ms) resolve(frames)
      else requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
  })
}
