/**
 * The connections that runs inside requests may hold. A browser has six to a site: when all are held, the
 * bystander would wait in the browser, and its latency would say nothing about the servers.
 */
export function createLanes(width: number) {
  const line: (() => void)[] = []
  let held = 0

  function leave(): void {
    held--
    line.shift()?.()
  }

  return {
    held: () => held,
    /**
     * Waits for a connection, in order of arrival.
     * @returns a function to be called, once, when it is free again
     * @throws the signal's reason when that comes first
     */
    enter(signal: AbortSignal): Promise<() => void> {
      return new Promise((resolve, reject) => {
        const take = () => {
          signal.removeEventListener('abort', giveUp)
          held++
          resolve(leave)
        }
        const giveUp = () => {
          line.splice(line.indexOf(take), 1)
          reject(signal.reason)
        }
        if (held < width) return take()
        line.push(take)
        signal.addEventListener('abort', giveUp, { once: true })
      })
    },
  }
}
