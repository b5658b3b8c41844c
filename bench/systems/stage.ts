import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimAddress } from '../../src/launcher/address.ts'
import { nginx } from '../../src/launcher/nginx.ts'
import { redis } from '../../src/launcher/redis.ts'
import { RunDir } from '../../src/launcher/run-dir.ts'
import type { Program } from '../../src/launcher/supervised.ts'
import { found, Processes } from './processes.ts'

/** What a peer runs on: Redis and nginx as Unblock has them, a folder, and its processes. */
export class Stage {
  readonly dir = mkdtempSync(join(tmpdir(), 'bench-'))
  readonly processes = new Processes()
  readonly #runDir = new RunDir(this.dir)
  readonly #endings: (() => void)[] = []

  /** Where server number n (from 1) is to listen, so that nginx finds it. */
  serverSocket(n: number): string {
    return this.#runDir.socket(`server-${n}`)
  }

  /** @returns the path of a file with that text */
  write(name: string, text: string): string {
    const path = join(this.dir, name)
    writeFileSync(path, text)
    return path
  }

  /** @returns the socket of Redis */
  async startRedis(): Promise<string> {
    this.#runDir.create()
    const socket = this.#runDir.socket('redis')
    await this.#start(redis(found('redis'), this.dir, socket))
    return socket
  }

  /** @returns its URL */
  async startNginx(): Promise<string> {
    const address = await claimAddress({ host: '127.0.0.1', port: 0 })
    const asRoot = process.getuid?.() === 0
    const options = { ...address, balance: 'least_conn', slots: 16, asRoot } as const
    await this.#start(nginx(found('nginx'), this.#runDir, options))
    return `http://${address.host}:${address.port}`
  }

  /** As Unblock's launcher does, also in the session that it gets. */
  async #start({ command, args, isReady, ownSession = false }: Program): Promise<void> {
    await this.processes.start(command, args, isReady!, { ownSession })
  }

  /** What else is to be done when it is taken down. */
  atEnd(ending: () => void): void {
    this.#endings.push(ending)
  }

  async stop(): Promise<void> {
    for (const ending of this.#endings.splice(0)) ending()
    await this.processes.stop()
    this.#runDir.remove()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Builds a system on a new stage, which is taken down where that fails. */
  static async set<T>(build: (stage: Stage) => Promise<T>): Promise<T> {
    const stage = new Stage()
    try {
      return await build(stage)
    } catch (error) {
      await stage.stop()
      throw error
    }
  }
}
