import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { Redis } from 'ioredis'
import type { Instance } from '../api/fleet.ts'
import { addressOf } from '../queue/connection.ts'
import { announce, withdraw } from './announce.ts'
import { cell, markEveryMs, type WatcherData } from './vitals.ts'

/** The thread that tells Redis this instance's vitals, whatever its event loop does. */

const tellEveryMs = 500
// The loop marks each 50 ms; on a machine that computes on every core it may be some marks late.
const blockedAfterMs = 250

const { id, role, redisUrl, startedAt, marks } = workerData as WatcherData
const redis = new Redis({
  ...addressOf(redisUrl),
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 1000,
  retryStrategy: (times: number) => Math.min(100 * times, 1000),
})
redis.on('error', () => {}) // said by the main thread's connections

let cpu = process.cpuUsage()
let at = performance.now()

function vitals(): Instance {
  const silentMs = Date.now() - marks[cell.turnedAt]! - markEveryMs
  const blockedMs = silentMs > blockedAfterMs ? silentMs : 0
  const now = performance.now()
  const used = process.cpuUsage(cpu)
  const cores = (used.user + used.system) / 1000 / Math.max(1, now - at)
  cpu = process.cpuUsage()
  at = now
  return {
    id,
    role,
    state: marks[cell.draining] ? 'draining' : blockedMs > 0 ? 'blocked' : 'ready',
    blockedMs: Math.round(blockedMs),
    hits: marks[cell.hits]!,
    running: marks[cell.running]!,
    eventLoop: {
      p99Ms: Math.max(round(marks[cell.p99Ms]!), blockedMs),
      utilisation: blockedMs > 0 ? 1 : Math.min(1, round(marks[cell.utilisation]!)),
    },
    cpu: round(cores),
    rssBytes: process.memoryUsage.rss(),
    startedAt,
  }
}

const round = (value: number) => Math.round(value * 1000) / 1000

const tell = () => void announce(redis, vitals()).catch(() => {}) // in half a second again
redis.once('ready', tell)
const timer = setInterval(tell, tellEveryMs)
flushCompileCache() // this thread does not live to its end, where Node would do it

parentPort?.once('message', async () => {
  clearInterval(timer)
  await withdraw(redis, id).catch(() => {}) // it expires by itself
  redis.disconnect()
})
