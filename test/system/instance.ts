import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { atEnd, type Cleaner } from '../fixtures/at-end.ts'
import { until } from '../fixtures/until.ts'

/** One server or worker on its own, as containers run them. */
export interface Instance {
  readonly pid: number
  readonly url: string
  /** All that it has written so far. */
  log(): string
  /** How many lines it has written so far. */
  lines(): number
  status(path: string): Promise<number>
  kill(signal: NodeJS.Signals): void
  /** Tells it to stop; its exit code. */
  stop(): Promise<number | null>
  ended: Promise<unknown>
}

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** Starts an instance on a free port; it is killed after the test. Resolves when it listens. */
export async function startInstance(
  t: Cleaner,
  role: 'server' | 'worker',
  redisUrl: string,
  env: Record<string, string> = {},
): Promise<Instance> {
  const child = spawn(process.execPath, [cli, role], {
    env: {
      ...process.env,
      REDIS_URL: redisUrl,
      PORT: '0',
      INSTANCE: `${role}-1`,
      THREADS: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  atEnd(t, async () => {
    child.kill('SIGKILL')
    await ended
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const url = await until('it listens', () => /listening on (http:\S+)/.exec(log)?.[1])
  return {
    pid: child.pid as number,
    url,
    log: () => log,
    lines: () => log.split('\n').length - 1,
    status: async (path) => (await fetch(url + path)).status,
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill('SIGTERM')
      return (await ended)[0]
    },
    ended,
  }
}
