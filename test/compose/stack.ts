import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = new URL('../..', import.meta.url).pathname

/** Runs `docker` and gives its standard output; fails with what it said on standard error. */
export function docker(...args: string[]): Promise<string> {
  return dockerWith({}, ...args)
}

/** The same with changes to the environment; `undefined` takes a variable away. */
async function dockerWith(changes: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...changes }
  const { stdout } = await run('docker', args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim()
}

/** Why the tests cannot run here, or undefined where they can. */
export async function missing(): Promise<string | undefined> {
  try {
    await run('docker', ['info'], { timeout: 10_000 })
  } catch {
    return 'no Docker engine answers (test/compose/run.sh starts one)'
  }
  try {
    await run('docker', ['compose', 'version'], { timeout: 10_000 })
    return undefined
  } catch {
    return 'the Docker Compose plugin is missing (test/compose/run.sh fetches it)'
  }
}

/** The real compose.yaml as a project of its own, on a free port of the loopback. */
export class Stack {
  readonly project = process.env.UNBLOCK_PROJECT ?? `unblock-test-${process.pid}`
  url = ''

  async open(): Promise<void> {
    const port = await freePort()
    process.env.UNBLOCK_PORT = String(port)
    process.env.UNBLOCK_BIND = '127.0.0.1'
    // Not the name that a developer's own stack uses.
    process.env.UNBLOCK_IMAGE ??= 'unblock:test'
    this.url = `http://127.0.0.1:${port}`
  }

  compose(...args: string[]): Promise<string> {
    return this.composeWith({}, ...args)
  }

  /** With changes to the environment. */
  composeWith(changes: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
    const project = ['--project-name', this.project, '--file', 'compose.yaml']
    return dockerWith(changes, 'compose', ...project, ...args)
  }

  scale(servers: number): Promise<string> {
    return this.compose('up', '--detach', '--scale', `server=${servers}`)
  }

  /** All containers of the project, or those of one service, as `docker inspect` describes them. */
  async containers(service?: string): Promise<Container[]> {
    const ids = await this.compose('ps', '--all', '--quiet', ...(service ? [service] : []))
    return JSON.parse(await docker('inspect', ...ids.split('\n').filter(Boolean)))
  }

  /** When the container `server-2` was started, the last time. */
  startedAt(name: string): Promise<string> {
    return docker('inspect', '--format', '{{.State.StartedAt}}', `${this.project}-${name}`)
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.url + path, { headers, signal: AbortSignal.timeout(30_000) })
    const text = await response.text()
    return {
      status: response.status,
      server: response.headers.get('x-served-by') ?? '',
      // biome-ignore lint/suspicious/noExplicitAny: the tests read fields of any answer
      body: JSON.parse(text) as any,
    }
  }
}

export interface Answer {
  status: number
  server: string
  // biome-ignore lint/suspicious/noExplicitAny: the tests read fields of any answer
  body: any
}

export interface Container {
  Name: string
  Config: { User: string; Image: string }
  HostConfig: {
    ReadonlyRootfs: boolean
    CapDrop: string[]
    SecurityOpt: string[]
    Privileged: boolean
    NanoCpus: number
    Memory: number
  }
  State: { Status: string; Health?: { Status: string } }
  NetworkSettings: {
    Ports: Record<string, unknown[] | null>
    Networks: Record<string, { IPAddress: string }>
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
