import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProxyOptions } from './nginx.ts'

const POLL_MS = 25
const ANSWER_MS = 1000

/** One that is not asked for so long is blocked, or the proxy is away: no reason to wait for ever. */
export const ROTATION_PATIENCE_MS = 10_000

/**
 * Resolves when the proxy has one of the servers `names` in its rotation: a request through it was
 * answered by that one, so the proxy holds nothing against its slot any more. That the server is
 * ready does not say so: nginx passes over a slot that has failed for a while, even where no other
 * one is left. With false after `ROTATION_PATIENCE_MS`, or when `givenUp` says so.
 */
export async function untilInRotation(
  proxy: Pick<ProxyOptions, 'host' | 'port'>,
  names: readonly string[],
  givenUp: () => boolean = () => false,
): Promise<boolean> {
  const deadline = performance.now() + ROTATION_PATIENCE_MS
  while (performance.now() < deadline && !givenUp()) {
    if (names.includes(String(await askWhoServes(proxy)))) return true
    await sleep(POLL_MS)
  }
  return false
}

/** Who answers one light request, which no log mentions; undefined if nobody does. */
function askWhoServes({ host, port }: Pick<ProxyOptions, 'host' | 'port'>): Promise<unknown> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const options = { host: reachable, port, path: '/livez', agent: false, signal }
    const asked = get(options, (answer) => {
      answer.resume()
      resolve(answer.headers['x-served-by'])
    })
    asked.on('error', () => resolve(undefined))
  })
}
