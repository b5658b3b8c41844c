import type { Config } from '../config.ts'
import { createThreadExecutor } from '../executors/thread.ts'
import { createVitals, noVitals } from '../fleet/vitals.ts'
import { instanceName } from '../instance-name.ts'
import { type InstanceOptions, stopWhenTold } from '../lifecycle.ts'
import { createLog } from '../log.ts'
import { createMetrics, noMetrics } from '../metrics.ts'
import { createConsumer } from '../queue/consumer.ts'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { timeLimit } from '../tasks/time-limit.ts'
import { createHealthServer } from './health.ts'

/** Runs one worker until it is told to stop. */
export async function runWorker(config: Config, options: InstanceOptions = {}): Promise<void> {
  const instance = config.instance || (await instanceName('worker'))
  const log = createLog(instance, config)
  const { redisUrl, resultTtlS, tasksDir, graceMs } = config
  const catalogue = await loadCatalogue(tasksDir, { check: true })
  const threads = createThreadExecutor({
    size: config.threads,
    queueLimit: Number.POSITIVE_INFINITY, // the queue is the waiting line
    tasksDir,
    onError: (error) => log.trouble('thread', error),
  })
  const metrics = config.metrics === 'off' ? noMetrics() : createMetrics(instance, threads.load)
  const running = () => threads.load().running
  const vitals =
    config.vitals === 'off'
      ? noVitals()
      : createVitals({ id: instance, role: 'worker', redisUrl, running })
  const consumer = createConsumer({
    redisUrl,
    instance,
    threads,
    findTask: catalogue.get,
    timeoutOf: (task) => timeLimit(task, config),
    resultTtlS,
    budget: { cpuMsPerS: config.clientCpuMsPerS, burstMs: config.clientCpuBurstMs },
    log,
    onTaken: vitals.hit,
    onEnded(task, ended) {
      const labels = { task, executor: 'queue' }
      const outcome = typeof ended === 'string' ? ended : 'completed'
      metrics.tasks.inc({ ...labels, outcome })
      if (typeof ended === 'string') return
      metrics.taskSeconds.observe(labels, ended.runMs / 1000)
      metrics.cpuSeconds.inc(labels, ended.cpuMs / 1000)
    },
    onWasted: (reason, cpuMs) => metrics.wasted('queue', reason, cpuMs),
  })
  const health = createHealthServer({ instance, metrics, reachable: consumer.reachable })

  const lifecycle = stopWhenTold(
    async () => {
      vitals.draining()
      await consumer.stop(graceMs)
      await Promise.all([vitals.stop(), threads.close(), health.close()])
    },
    { ...options, log, deadlineMs: graceMs + 10_000 },
  )
  log.listening(await health.listen(config))
  await Promise.race([consumer.ready(), lifecycle.told])
  lifecycle.ready()
  vitals.start()
  threads.start()
}
