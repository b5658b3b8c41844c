import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { Redis } from 'ioredis'
import type { Instance } from '../api/fleet.ts'
import { addressOf } from '../queue/connection.ts'
import { announce, withdraw } from './announce.ts'
import type { FeedServer } from './feed-server.ts'
import { cell, markEveryMs, type WatcherData, type WatcherNews } from './vitals.ts'

/**
 * The thread that tells Redis this instance's vitals, whatever its event loop does. On a server it tells
 * the live fleet too, for the same reason: it can, while the event loop cannot.
 */

const tellEveryMs = 500
/** It says at once when the instance becomes blocked, or free, or takes or ends a task. */
const lookEveryMs = 100
// The loop marks each 50 ms; on a machine that computes on every core it may be some marks late.
const blockedAfterMs = 250
// In a shorter time too little happens to tell how many cores are in use.
const cpuOverMs = 500

const { id, role, redisUrl, startedAt, marks, feed } = workerData as WatcherData
const redis = new Redis({
  ...addressOf(redisUrl),
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 1000,
  retryStrategy: (times: number) => Math.min(100 * times, 1000),
})
redis.on('error', () => {}) // said by the main thread's connections

let used = process.cpuUsage()
let usedAt = performance.now()
let cores = 0

/** Cores in use, over the last half second or more. */
function cpu(): number {
  const now = performance.now()
  if (now - usedAt < cpuOverMs) return cores
  const { user, system } = process.cpuUsage(used)
  cores = (user + system) / 1000 / (now - usedAt)
  used = process.cpuUsage()
  usedAt = now
  return cores
}

/** For how long the event loop has been silent, beyond what is usual. */
function blockedFor(): number {
  const silentMs = Date.now() - marks[cell.turnedAt]! - markEveryMs
  return silentMs > blockedAfterMs ? silentMs : 0
}

function stateOf(blockedMs: number): Instance['state'] {
  if (marks[cell.draining]) return 'draining'
  return blockedMs > 0 ? 'blocked' : 'ready'
}

function vitals(): Instance {
  const blockedMs = blockedFor()
  return {
    id,
    role,
    state: stateOf(blockedMs),
    blockedMs: Math.round(blockedMs),
    hits: marks[cell.hits]!,
    running: marks[cell.running]!,
    eventLoop: {
      p99Ms: Math.max(round(marks[cell.p99Ms]!), blockedMs),
      utilisation: blockedMs > 0 ? 1 : Math.min(1, round(marks[cell.utilisation]!)),
    },
    cpu: round(cpu()),
    rssBytes: process.memoryUsage.rss(),
    startedAt,
  }
}

const round = (value: number) => Math.round(value * 1000) / 1000

let told: Pick<Instance, 'state' | 'running'> | undefined
let toldAt = 0
let feedServer: FeedServer | undefined

function tell(): void {
  told = vitals()
  toldAt = performance.now()
  announce(redis, told as Instance).catch(() => {}) // in half a second again
}

function look(): void {
  const state = stateOf(blockedFor())
  const isNews = state !== told?.state || marks[cell.running] !== told.running
  // Half a look early rather than half a look late.
  if (isNews || performance.now() - toldAt > tellEveryMs - lookEveryMs / 2) tell()
  if (state === 'draining') feedServer?.close()
}

redis.once('ready', begin)
const timer = setInterval(look, lookEveryMs)

function begin(): void {
  tell()
  if (feed !== undefined) startFeed(feed).catch(onTrouble)
}

/** Loaded here, after the first words: that the vitals are told matters more, and workers do not need it. */
async function startFeed({ listen, queueLimit }: NonNullable<WatcherData['feed']>): Promise<void> {
  const [{ createFeed }, { createFeedServer }, { readFleet }] = await Promise.all([
    import('./feed.ts'),
    import('./feed-server.ts'),
    import('./read-fleet.ts'),
  ])
  const server = createFeedServer({
    instance: id,
    feed: createFeed({ read: () => readFleet(redis, queueLimit) }),
    onTrouble,
  })
  await server.listen(listen)
  feedServer = server
  tellMain({})
  flushCompileCache()
}

/** The main thread has the log. */
function onTrouble(error: unknown): void {
  tellMain({ trouble: error instanceof Error ? error.message : String(error) })
}

const tellMain = (news: WatcherNews) => parentPort?.postMessage(news)

parentPort?.once('message', async () => {
  clearInterval(timer)
  feedServer?.close()
  await withdraw(redis, id).catch(() => {}) // it expires by itself
  redis.disconnect()
})

flushCompileCache() // this thread does not live to its end, where Node would do it
