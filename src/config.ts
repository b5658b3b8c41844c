import { usableCpus } from './cpus.ts'

/**
 * The only reader of process.env. Each setting is declared once, in `settings`: that gives its type,
 * its validation, its default, and its row in the README (a test compares them).
 */

interface Setting<T> {
  env: string
  help: string
  /** Its value may hold a password: it is not repeated in a message. */
  secret?: true
  /** The default as the documentation shows it, where it is not a plain value. */
  shown?: string
  fallback: () => T
  /** The value, or a throw with what would be right. */
  parse: (text: string) => T
}

const integer = (
  env: string,
  [min, max]: [number, number],
  fallback: number | (() => number),
  help: string,
  shown?: string,
): Setting<number> => ({
  env,
  help,
  ...(shown === undefined ? {} : { shown }),
  fallback: typeof fallback === 'number' ? () => fallback : fallback,
  parse(text) {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new Error(`a whole number from ${min} to ${max}`)
  },
})

const oneOf = <const T extends string>(
  env: string,
  choices: readonly T[],
  fallback: NoInfer<T>,
  help: string,
): Setting<T> => ({
  env,
  help,
  fallback: () => fallback,
  parse(text) {
    const choice = choices.find((each) => each === text)
    if (choice !== undefined) return choice
    throw new Error(`one of ${choices.join(', ')}`)
  },
})

const text = (
  env: string,
  fallback: string,
  pattern: RegExp,
  right: string,
  help: string,
  shown?: string,
) => ({
  env,
  help,
  ...(shown === undefined ? {} : { shown }),
  fallback: () => fallback,
  parse(value: string) {
    if (pattern.test(value)) return value
    throw new Error(right)
  },
})

function isRedisUrl(text: string): boolean {
  if (/^unix:\/\S+$/.test(text)) return true
  const url = URL.parse(text)
  return (
    url !== null &&
    /^rediss?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    /^\/?\d*$/.test(url.pathname)
  )
}

const isPort = (text: string) =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

/** An absolute path, a port, or host:port. */
function isListenAddress(text: string): boolean {
  if (text.startsWith('/')) return /^\/.{1,102}$/.test(text)
  const [, port] = /^(?:(?:[^\s:]+|\[[\da-f:.]+\]):)?(\d+)$/i.exec(text) ?? []
  return port !== undefined && isPort(port)
}

export const settings = {
  host: text(
    'HOST',
    '127.0.0.1',
    /^\S+$/,
    'an address or host name',
    'address that a server or worker listens on',
  ),
  port: integer(
    'PORT',
    [0, 65_535],
    3000,
    'port that a server or worker listens on (0: any free one)',
  ),
  socketPath: text(
    'SOCKET_PATH',
    '',
    /^\/.{1,102}$/,
    'an absolute path of at most 103 characters',
    'Unix socket to listen on instead of HOST and PORT',
    'none',
  ),
  fleetListen: {
    env: 'FLEET_LISTEN',
    help: 'where a server tells the live fleet even while its event loop is blocked: a Unix socket, a port of HOST, or host:port',
    shown: 'nowhere',
    fallback: () => '',
    parse(text: string) {
      if (isListenAddress(text)) return text
      throw new Error(
        'an absolute path of at most 103 characters, a port from 1 to 65535, or host:port',
      )
    },
  },
  instance: text(
    'INSTANCE',
    '',
    /^[a-z][a-z0-9-]{0,62}$/,
    'lower case letters, digits and dashes, such as server-1',
    'name of this instance',
    'its Compose name, else its host name',
  ),
  redisUrl: {
    env: 'REDIS_URL',
    help: 'where Redis or Valkey is',
    secret: true as const,
    fallback: () => 'redis://127.0.0.1:6379',
    parse(text: string) {
      if (isRedisUrl(text)) return text
      throw new Error('redis://host:port/database, rediss://… or unix:/path/to/redis.sock')
    },
  },
  tasksDir: text('TASKS_DIR', '', /./, 'a folder', 'folder with tasks of your own', 'none'),
  threads: integer(
    'THREADS',
    [1, 512],
    usableCpus,
    'threads that run tasks, in each server and worker',
    'the CPUs it may use',
  ),
  threadQueueLimit: integer(
    'THREAD_QUEUE_LIMIT',
    [0, 1_000_000],
    64,
    'blocking requests that may wait for a thread of a server; more are refused',
  ),
  queueLimit: integer(
    'QUEUE_LIMIT',
    [1, 100_000_000],
    10_000,
    'jobs that may wait in the queue; more are refused',
  ),
  queueCostLimitMs: integer(
    'QUEUE_COST_LIMIT_MS',
    [1, 1_000_000_000_000],
    3_600_000,
    'CPU time that the jobs in the queue may take, by the estimates of their tasks; more are refused',
  ),
  clientCpuMsPerS: integer(
    'CLIENT_CPU_MS_PER_S',
    [0, 1_000_000],
    0,
    'CPU time that one client may use in a second, on all servers and workers together; 0: no limit',
  ),
  clientCpuBurstMs: integer(
    'CLIENT_CPU_BURST_MS',
    [1, 1_000_000_000],
    10_000,
    'CPU time that a client may use at once that has used none for a while',
  ),
  resultTtlS: integer('RESULT_TTL_S', [1, 2_592_000], 3600, 'seconds that a finished job is kept'),
  taskTimeoutMs: integer(
    'TASK_TIMEOUT_MS',
    [1, 3_600_000],
    30_000,
    'how long a task may run that names no limit of its own',
  ),
  maxTimeoutMs: integer(
    'MAX_TIMEOUT_MS',
    [1, 3_600_000],
    60_000,
    "the longest limit that a task or request can ask for; keep it below the proxy's 150 s",
  ),
  eventLoop: oneOf(
    'EVENT_LOOP_EXECUTOR',
    ['allow', 'forbid'],
    'allow',
    'whether a request may ask for executor=event-loop',
  ),
  adminToken: {
    env: 'ADMIN_TOKEN',
    help: 'password of the dashboard at /admin/queues; without one there is none',
    secret: true as const,
    shown: 'none',
    fallback: () => '',
    parse(text: string) {
      if (/^[\x21-\x7e]{16,1000}$/.test(text)) return text
      throw new Error('16 to 1,000 letters, digits and signs, without spaces')
    },
  },
  graceMs: integer(
    'GRACE_MS',
    [0, 3_600_000],
    5000,
    'how long a worker that is told to stop may finish its jobs before it hands them back',
  ),
  vitals: oneOf(
    'VITALS',
    ['on', 'off'],
    'on',
    'whether an instance tells the fleet how it is; off: it is missing in the picture and in unblock ps',
  ),
  metrics: oneOf(
    'METRICS',
    ['on', 'off'],
    'on',
    'whether an instance counts what it does; off: nothing is at /metrics',
  ),
  logFormat: oneOf('LOG_FORMAT', ['text', 'json'], 'text', 'log lines for people or for machines'),
  logLevel: oneOf(
    'LOG_LEVEL',
    ['debug', 'info', 'warn', 'error', 'silent'],
    'info',
    'least severe level that is logged',
  ),
} satisfies Record<string, Setting<string> | Setting<number>>

export type Config = {
  readonly [K in keyof typeof settings]: ReturnType<(typeof settings)[K]['parse']>
}

/** Every mistake in the environment, one line each. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[]
  constructor(mistakes: readonly string[]) {
    super(`configuration: ${mistakes.join('; ')}`)
    this.mistakes = mistakes
  }
}

/** Reads and checks all settings. An empty variable counts as not set. @throws {ConfigError} */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const mistakes: string[] = []
  const values = Object.entries(settings).map(([key, setting]) => {
    const given = env[setting.env]
    if (given === undefined || given === '') return [key, setting.fallback()]
    try {
      return [key, setting.parse(given)]
    } catch (error) {
      const shown = 'secret' in setting ? setting.env : `${setting.env}=${given}`
      mistakes.push(`${shown} is not ${(error as Error).message}`)
      return [key, undefined]
    }
  })
  const config = Object.fromEntries(values) as Config
  if (config.taskTimeoutMs > config.maxTimeoutMs)
    mistakes.push(
      `TASK_TIMEOUT_MS=${config.taskTimeoutMs} is above MAX_TIMEOUT_MS=${config.maxTimeoutMs}`,
    )
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return Object.freeze(config)
}

/** The environment that a child process gets: this one's, with `changes` on top. */
export function childEnvironment(changes: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes }
}
