import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { ConfigError, childEnvironment, readConfig, settings } from './config.ts'

function mistakesIn(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.mistakes
  }
  return []
}

test('with nothing set, everything has its default', () => {
  assert.deepEqual(readConfig({}), {
    host: '127.0.0.1',
    port: 3000,
    socketPath: '',
    fleetListen: '',
    instance: '',
    redisUrl: 'redis://127.0.0.1:6379',
    tasksDir: '',
    threads: availableParallelism(),
    threadQueueLimit: 64,
    queueLimit: 10_000,
    queueCostLimitMs: 3_600_000,
    clientCpuMsPerS: 0,
    clientCpuBurstMs: 10_000,
    resultTtlS: 3600,
    taskTimeoutMs: 30_000,
    maxTimeoutMs: 60_000,
    eventLoop: 'allow',
    adminToken: '',
    graceMs: 5000,
    vitals: 'on',
    metrics: 'on',
    logFormat: 'text',
    logLevel: 'info',
  })
})

test('every setting is read from its variable, with its type', () => {
  const given = {
    HOST: '0.0.0.0',
    PORT: '0',
    SOCKET_PATH: '/run/unblock/server-1.sock',
    FLEET_LISTEN: '0.0.0.0:3001',
    INSTANCE: 'server-1',
    REDIS_URL: 'unix:/run/redis.sock',
    TASKS_DIR: 'my tasks',
    THREADS: '3',
    THREAD_QUEUE_LIMIT: '0',
    QUEUE_LIMIT: '1',
    QUEUE_COST_LIMIT_MS: '1000',
    CLIENT_CPU_MS_PER_S: '200',
    CLIENT_CPU_BURST_MS: '5000',
    RESULT_TTL_S: '60',
    TASK_TIMEOUT_MS: '1000',
    MAX_TIMEOUT_MS: '2000',
    EVENT_LOOP_EXECUTOR: 'forbid',
    ADMIN_TOKEN: 'open-sesame-0123',
    GRACE_MS: '0',
    VITALS: 'off',
    METRICS: 'off',
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'warn',
  }
  assert.deepEqual(Object.keys(given), envOfEverySetting())
  assert.deepEqual(readConfig(given), {
    host: '0.0.0.0',
    port: 0,
    socketPath: '/run/unblock/server-1.sock',
    fleetListen: '0.0.0.0:3001',
    instance: 'server-1',
    redisUrl: 'unix:/run/redis.sock',
    tasksDir: 'my tasks',
    threads: 3,
    threadQueueLimit: 0,
    queueLimit: 1,
    queueCostLimitMs: 1000,
    clientCpuMsPerS: 200,
    clientCpuBurstMs: 5000,
    resultTtlS: 60,
    taskTimeoutMs: 1000,
    maxTimeoutMs: 2000,
    eventLoop: 'forbid',
    adminToken: 'open-sesame-0123',
    graceMs: 0,
    vitals: 'off',
    metrics: 'off',
    logFormat: 'json',
    logLevel: 'warn',
  })
})

function envOfEverySetting(): string[] {
  return Object.values(settings).map(({ env }) => env)
}

for (const address of ['/run/fleet.sock', '3001', '127.0.0.1:3001', 'localhost:1', '[::1]:65535'])
  test(`FLEET_LISTEN=${address} is an address to listen on`, () => {
    assert.equal(readConfig({ FLEET_LISTEN: address }).fleetListen, address)
  })

for (const address of ['0', '65536', ':3001', '::1:3001', 'a b:1', 'host:', `/${'x'.repeat(103)}`])
  test(`FLEET_LISTEN=${address.slice(0, 20)} is none`, () => {
    assert.match(
      mistakesIn({ FLEET_LISTEN: address }).join(),
      /^FLEET_LISTEN=.+ is not an absolute path/,
    )
  })

test('an empty variable counts as not set', () => {
  const empty = Object.fromEntries(envOfEverySetting().map((env) => [env, '']))
  assert.deepEqual(readConfig(empty), readConfig({}))
})

test('every mistake is reported at once, in a line that says what would be right', () => {
  assert.deepEqual(
    mistakesIn({
      HOST: 'my host',
      PORT: '65536',
      SOCKET_PATH: 'server.sock',
      FLEET_LISTEN: 'fleet.sock',
      INSTANCE: 'Server 1',
      REDIS_URL: 'localhost:6379',
      THREADS: '0',
      RESULT_TTL_S: '1h',
      TASK_TIMEOUT_MS: '70000',
      EVENT_LOOP_EXECUTOR: 'no',
      ADMIN_TOKEN: 'open-sesame',
      LOG_LEVEL: 'INFO',
    }),
    [
      'HOST=my host is not an address or host name',
      'PORT=65536 is not a whole number from 0 to 65535',
      'SOCKET_PATH=server.sock is not an absolute path of at most 103 characters',
      'FLEET_LISTEN=fleet.sock is not an absolute path of at most 103 characters, a port from 1 to 65535, or host:port',
      'INSTANCE=Server 1 is not lower case letters, digits and dashes, such as server-1',
      'REDIS_URL is not redis://host:port/database, rediss://… or unix:/path/to/redis.sock',
      'THREADS=0 is not a whole number from 1 to 512',
      'RESULT_TTL_S=1h is not a whole number from 1 to 2592000',
      'EVENT_LOOP_EXECUTOR=no is not one of allow, forbid',
      'ADMIN_TOKEN is not 16 to 1,000 letters, digits and signs, without spaces',
      'LOG_LEVEL=INFO is not one of debug, info, warn, error, silent',
      'TASK_TIMEOUT_MS=70000 is above MAX_TIMEOUT_MS=60000',
    ],
  )
})

for (const number of ['-1', '3000.5', '3e3', '0x10', ' 3000', '3000 ', '1_000', 'three', '٣']) {
  test(`PORT=${JSON.stringify(number)} is not a whole number`, () => {
    assert.deepEqual(mistakesIn({ PORT: number }), [
      `PORT=${number} is not a whole number from 0 to 65535`,
    ])
  })
}

test('the limit of one task may be as long as the longest limit, and no longer', () => {
  const limits = (TASK_TIMEOUT_MS: string) => mistakesIn({ TASK_TIMEOUT_MS, MAX_TIMEOUT_MS: '500' })
  assert.deepEqual(limits('500'), [])
  assert.deepEqual(limits('501'), ['TASK_TIMEOUT_MS=501 is above MAX_TIMEOUT_MS=500'])
})

test('the message of the error holds all mistakes', () => {
  assert.throws(() => readConfig({ PORT: 'a', THREADS: 'b' }), {
    message: /^configuration: PORT=a is not .+; THREADS=b is not .+$/,
  })
})

test('the configuration cannot be changed', () => {
  const config = readConfig({})
  assert.ok(Object.isFrozen(config))
  assert.throws(() => Object.assign(config, { port: 1 }), TypeError)
})

test('no two settings share a variable, and each says what it is for', () => {
  const names = envOfEverySetting()
  assert.equal(new Set(names).size, names.length)
  for (const { env, help } of Object.values(settings)) {
    assert.match(env, /^[A-Z][A-Z_]+$/)
    assert.ok(help.length > 10, env)
  }
})

test('a child process gets this environment with changes on top', () => {
  const child = childEnvironment({ PATH: '/nowhere', INSTANCE: 'server-3' })
  assert.deepEqual(child, { ...process.env, PATH: '/nowhere', INSTANCE: 'server-3' })
})
