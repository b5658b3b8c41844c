import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Health } from '../api/answers.ts'
import { Problem } from '../api/problem.ts'
import { answerProblem, pathOf, setCommonHeaders } from '../bare-http.ts'
import type { Config } from '../config.ts'
import type { Metrics } from '../metrics.ts'
import { http } from '../node-http.ts'

/** What a worker answers over HTTP: its health and its metrics, for Compose and for a scraper. */
export function createHealthServer({
  instance,
  metrics: { registry },
  reachable,
}: {
  instance: string
  metrics: Metrics
  reachable: () => Promise<boolean>
}) {
  let stopping = false
  const server = http.createServer((request, response) => {
    const path = pathOf(request)
    setCommonHeaders(request, response, instance)
    if (path === '/livez') return answer(response, 200, { status: 'ok', instance })
    if (path === '/readyz') {
      void reachable().then((redis) => {
        const ok = redis && !stopping
        const checks = { redis: redis ? 'ok' : 'away', draining: stopping ? 'yes' : 'no' }
        const status = ok ? 'ok' : 'unavailable'
        answer(response, ok ? 200 : 503, { status, instance, checks })
      })
      return
    }
    if (path === '/metrics' && registry !== undefined) {
      registry.metrics().then(
        (text) => response.setHeader('content-type', registry.contentType).end(text),
        () => answerProblem(response, new Problem(500, 'The metrics could not be read.')),
      )
      return
    }
    const why = path === '/metrics' ? 'counted here: METRICS=off' : `at ${path.slice(0, 200)}`
    answerProblem(response, new Problem(404, `Nothing is ${why}.`))
  })

  return {
    /** @returns the address, for the log */
    async listen({ socketPath, host, port }: Pick<Config, 'socketPath' | 'host' | 'port'>) {
      if (socketPath) server.listen(socketPath)
      else server.listen(port, host)
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address
        ? `http://${address.address}:${address.port}`
        : String(address)
    },
    async close() {
      stopping = true
      server.close()
      server.closeAllConnections()
    },
  }
}

function answer(response: ServerResponse, status: number, body: Health): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body))
}
