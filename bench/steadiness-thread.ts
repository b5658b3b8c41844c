import { parentPort } from 'node:worker_threads'
import primes from '../src/tasks/primes.ts'

/** As a server's threads run it: see `executors/thread.ts`. CPU time is exact when the thread has slept. */
const context = { progress() {}, signal: new AbortController().signal }

parentPort?.on('message', (limit: number) => {
  const before = process.threadCpuUsage()
  const startedMs = performance.timeOrigin + performance.now()
  primes.run({ limit }, context)
  const { user, system } = process.threadCpuUsage(before)
  parentPort?.postMessage({ startedMs, cpuMs: (user + system) / 1000 })
})
