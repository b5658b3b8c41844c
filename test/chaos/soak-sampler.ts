import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { heapBytes } from './heap.ts'
import { childrenOf, cpuSeconds, openHandles, rssBytes } from './proc.ts'
import type { Sample } from './slope.ts'

export interface SamplerOptions {
  processes(): readonly { name: string; pid: number }[]
  redisSocket: string
  /** Those that are never killed, beside the launcher, nginx and Redis: looked at all the time. */
  spared: readonly string[]
  /** The others are looked at once in their life, at this age in seconds. */
  ageS: number
}

/** Looks at the processes of a stack, and keeps what it sees as series of samples. */
export class SoakSampler {
  readonly series = new Map<string, Sample[]>()
  readonly #options: SamplerOptions
  readonly #redis: Redis
  readonly #from = performance.now()
  readonly #born = new Map<number, { atS: number; seen: boolean }>()
  readonly #byAge = new Set<string>()
  #cpu = new Map<number, number>()
  #lastS = 0
  readonly #cores: number[] = []

  constructor(options: SamplerOptions) {
    this.#options = options
    this.#redis = new Redis({ path: options.redisSocket })
    this.#redis.on('error', () => {})
  }

  /** One look at everything. @returns the cores that the stack has used since the last one */
  async sample(): Promise<number> {
    const processes = this.#options.processes()
    for (const { name, pid } of processes) this.#look(name, pid)
    this.#add('keys in Redis', await this.#redis.dbsize())
    const memory = /^used_memory:(\d+)/m.exec(await this.#redis.info('memory'))?.[1]
    this.#add('memory that Redis counts itself', Number(memory))
    // Memory in RAM wanders with the pages that the heap and the threads happen to keep; this does not.
    for (const name of this.#options.spared) {
      const bytes = await heapBytes(join(dirname(this.#options.redisSocket), `${name}.sock`))
      if (bytes !== undefined) this.#add(`memory in the heap of ${name}`, bytes)
    }
    return this.#coresUsed(processes.map(({ pid }) => pid))
  }

  /** Whether its samples are each of another process. */
  isByAge(what: string): boolean {
    return this.#byAge.has(what)
  }

  /** Cores that the stack has used, on average. */
  meanCores(): number {
    return this.#cores.reduce((total, each) => total + each, 0) / this.#cores.length
  }

  async close(): Promise<void> {
    await this.#redis.quit()
  }

  #look(name: string, pid: number): void {
    const { spared, ageS } = this.#options
    const role = name.replace(/-\d+$/, '')
    const isKilled = role !== name && !spared.includes(name)
    if (!isKilled) {
      const group = name === 'nginx' ? [pid, ...childrenOf(pid)] : [pid]
      const total = (of: (pid: number) => number) => group.reduce((sum, each) => sum + of(each), 0)
      this.#add(`memory of ${name}`, total(rssBytes))
      this.#add(`handles of ${name}`, total(openHandles))
      return
    }
    const born = this.#born.get(pid) ?? { atS: this.#nowS(), seen: false }
    this.#born.set(pid, born)
    if (born.seen || this.#nowS() - born.atS < ageS) return
    born.seen = true
    for (const [what, value] of [
      [`memory of a ${role}, ${ageS.toFixed(0)} s old`, rssBytes(pid)],
      [`handles of a ${role}, ${ageS.toFixed(0)} s old`, openHandles(pid)],
    ] as const) {
      this.#byAge.add(what)
      this.#add(what, value)
    }
  }

  #add(what: string, value: number): void {
    const samples = this.series.get(what) ?? []
    this.series.set(what, samples)
    samples.push({ atS: this.#nowS(), value })
  }

  #coresUsed(pids: readonly number[]): number {
    const all = pids.flatMap((pid) => [pid, ...childrenOf(pid)])
    const cpu = new Map([...new Set(all)].map((pid) => [pid, cpuSeconds(pid)]))
    let used = 0
    // One that has ended since takes what it used in between with it.
    for (const [pid, seconds] of cpu) used += seconds - (this.#cpu.get(pid) ?? 0)
    const isFirst = this.#cpu.size === 0
    this.#cpu = cpu
    const nowS = this.#nowS()
    const cores = used / (nowS - this.#lastS)
    this.#lastS = nowS
    if (!isFirst) this.#cores.push(cores)
    return cores
  }

  #nowS(): number {
    return (performance.now() - this.#from) / 1000
  }
}
