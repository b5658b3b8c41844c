import { parentPort } from 'node:worker_threads'
import primes from '../src/tasks/primes.ts'

/** The task as it is, at the usual priority: there is nothing here to yield to. */
const context = { progress() {}, signal: new AbortController().signal }

parentPort?.on('message', (limit: number) => {
  const before = process.threadCpuUsage()
  const startedMs = performance.timeOrigin + performance.now()
  primes.run({ limit }, context)
  const { user, system } = process.threadCpuUsage(before)
  parentPort?.postMessage({ startedMs, cpuMs: (user + system) / 1000 })
})
