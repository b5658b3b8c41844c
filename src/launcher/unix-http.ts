import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'

/**
 * Asks over a Unix socket, in JSON both ways. Rejects when nobody listens there, or when the answer
 * takes longer than `timeoutMs`.
 */
export async function askJson(
  socketPath: string,
  {
    method = 'GET',
    path,
    body,
    timeoutMs,
  }: {
    method?: string
    path: string
    body?: unknown
    timeoutMs?: number
  },
): Promise<{ status: number; body: unknown }> {
  const signal = timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asked = request(
      { socketPath, method, path, headers, agent: false, ...signal },
      async (answer) => {
        try {
          const text = (await answer.setEncoding('utf8').toArray()).join('')
          resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) })
        } catch (error) {
          reject(error)
        }
      },
    )
    asked.on('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** The same, for an answer of many lines, each of them JSON: they come when they are written. */
export async function* askLines(
  socketPath: string,
  { method, path, body }: { method: string; path: string; body: unknown },
): AsyncGenerator<unknown> {
  const headers = { 'content-type': 'application/json' }
  const asked = request({ socketPath, method, path, headers, agent: false })
  asked.end(JSON.stringify(body))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  for await (const line of createInterface({ input: answer })) yield JSON.parse(line)
}
