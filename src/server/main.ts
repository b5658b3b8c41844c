import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { createEventLoopExecutor } from '../executors/event-loop.ts'
import { createThreadExecutor } from '../executors/thread.ts'
import { listenOn } from '../fleet/listen-on.ts'
import { createVitals, noVitals } from '../fleet/vitals.ts'
import { instanceName } from '../instance-name.ts'
import { type InstanceOptions, stopWhenTold } from '../lifecycle.ts'
import { createLog } from '../log.ts'
import { createMetrics, noMetrics } from '../metrics.ts'
import { createProducer } from '../queue/producer.ts'
import { createWatch } from '../queue/watch.ts'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { buildApp } from './app.ts'
import type { Service } from './service.ts'

/** Runs one server until it is told to stop. */
export async function runServer(config: Config, options: InstanceOptions = {}): Promise<void> {
  const instance = config.instance || (await instanceName('server'))
  const log = createLog(instance, config)
  const catalogue = await loadCatalogue(config.tasksDir, { check: true })
  const threads = createThreadExecutor({
    size: config.threads,
    queueLimit: config.threadQueueLimit,
    tasksDir: config.tasksDir,
    onError: (error) => log.trouble('thread', error),
  })
  const { redisUrl, queueLimit } = config
  const producer = createProducer({
    redisUrl,
    limit: queueLimit,
    costLimitMs: config.queueCostLimitMs,
    budget: { cpuMsPerS: config.clientCpuMsPerS, burstMs: config.clientCpuBurstMs },
    resultTtlS: config.resultTtlS,
    log,
  })
  const watch = createWatch(producer, redisUrl, log)
  const eventLoop = createEventLoopExecutor(() => {
    vitals.mark()
    return log.flush()
  })
  const vitals =
    config.vitals === 'off'
      ? noVitals()
      : createVitals({
          id: instance,
          role: 'server',
          redisUrl,
          running: () => threads.load().running + eventLoop.running(),
          feed: config.fleetListen
            ? { listen: listenOn(config.fleetListen, config.host), queueLimit }
            : undefined,
          onTrouble: (error) => log.trouble('fleet events', error),
        })
  const stopping = new AbortController()
  const service: Service = {
    config,
    instance,
    catalogue,
    executors: { thread: threads, 'event-loop': eventLoop },
    producer,
    watch,
    vitals,
    metrics: config.metrics === 'off' ? noMetrics() : createMetrics(instance, threads.load),
    log,
    control: options.underLauncher ? 'local' : 'none',
    stopping: stopping.signal,
  }
  const app = await buildApp(service)

  const lifecycle = stopWhenTold(
    async () => {
      stopping.abort()
      vitals.draining()
      await turnAway(app)
      await app.close()
      await Promise.all([vitals.stop(), watch.close(), threads.close()])
      await producer.close()
    },
    { ...options, log, deadlineMs: config.maxTimeoutMs + 10_000 },
  )
  const { socketPath, host, port } = config
  const address = socketPath ? { path: socketPath } : { host, port }
  log.listening(await app.listen({ ...address, backlog }))
  await Promise.race([producer.untilReady(), lifecycle.told])
  lifecycle.ready()
  // Not before: on a small machine they would keep the first answer waiting, here and on servers that
  // start at the same time. A run that comes earlier starts the threads.
  vitals.start()
  setTimeout(threads.start, threadsAfterMs).unref()
}

// Connections that may wait while the event loop is busy: Node's 511 are fewer than the clients that may
// come at once, and nginx takes a full line for a server that is gone.
const backlog = 4096
const threadsAfterMs = 2000

// Longer than a second, after which nginx tries again what has failed: it hears 502 once more.
const turnAwayMs = 1500

/** New requests are answered 502 meanwhile. Not needed where nobody is connected. */
async function turnAway({ server }: FastifyInstance): Promise<void> {
  const until = performance.now() + turnAwayMs
  const connected = () =>
    new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)))
  while ((await connected()) > 0 && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 25))
}
