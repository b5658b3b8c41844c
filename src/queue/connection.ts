import { Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../log.ts'
import { PromptRedis } from './prompt-redis.ts'
import { defineScripts, sentAtOnce } from './scripts.ts'

const patienceMs = 1000

type Options = Omit<RedisOptions, 'replyMapping'>

/**
 * A connection for requests: a command fails within a second when Redis is away or frozen, and at
 * once when it is known to be away. Waiting is the client's decision, not ours.
 */
export function requestConnection(url: string, log: Log): Redis {
  const redis = new PromptRedis(patienceMs, {
    ...addressOf(url),
    retryStrategy,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    // Requests that arrive together ask together: one write to the socket for all of them.
    enableAutoPipelining: true,
    autoPipeliningIgnoredCommands: sentAtOnce,
  })
  return furnish(redis, log)
}

/** A connection for background work: a command waits until Redis is back, however long. */
export function workConnection(url: string, log: Log): Redis {
  return furnish(new Redis({ ...addressOf(url), retryStrategy, maxRetriesPerRequest: null }), log)
}

/**
 * A connection for listening to channels. Who listens subscribes at each 'ready': ioredis would do it a
 * second time after a reconnection, and nobody would catch what goes wrong with that.
 */
export function listenConnection(url: string, log: Log): Redis {
  const options = { retryStrategy, maxRetriesPerRequest: null, autoResubscribe: false }
  return furnish(new Redis({ ...addressOf(url), ...options }), log)
}

const retryStrategy = (times: number) => Math.min(50 * times, 500)

function furnish(redis: Redis, log: Log): Redis {
  defineScripts(redis)
  sayOnce(redis, log)
  return redis
}

/** `unix:/path`, or host, port, user, password and database of a redis:// or rediss:// URL. */
export function addressOf(url: string): Options {
  if (url.startsWith('unix:')) return { path: url.slice('unix:'.length).replace(/^\/\/(?=\/)/, '') }
  const { protocol, hostname, port, username, password, pathname } = new URL(url)
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 6379),
    db: Number(pathname.slice(1) || 0),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  }
}

/** Logs that Redis went away, and that it came back, once each; not every failed try between. */
function sayOnce(redis: Redis, log: Log): void {
  let away = false
  redis.on('error', (error: Error) => {
    if (!away) log.redisLost(error.message)
    away = true
  })
  redis.on('reconnecting', () => {
    if (!away) log.redisLost('the connection closed')
    away = true
  })
  redis.on('ready', () => {
    if (away) log.redisBack()
    away = false
  })
}
