import type { Source } from './output.ts'
import { count, type Scale } from './scale-options.ts'
import type { Failure } from './supervised.ts'

/** Every line that the launcher itself prints while it runs is worded here. */
export class Announcer {
  readonly #source: Source

  constructor(source: Source) {
    this.#source = source
  }

  cleaning(names: readonly string[]): void {
    this.#source.say(`stopping what a run that was killed has left: ${names.join(', ')}`)
  }

  stillStarting(names: readonly string[]): void {
    this.#source.say(`still waiting for ${names.join(', ')}`)
  }

  ready(ms: number, url: string, { server, worker }: Scale): void {
    const instances = `${count(server, 'server')}, ${count(worker, 'worker')}`
    this.#source.say(`ready in ${seconds(ms)}: ${url} (${instances}) · Ctrl-C stops`)
  }

  died(name: string, how: string, delayMs: number): void {
    this.#source.say(`${name} ${how}; starting it again in ${seconds(delayMs)}`)
  }

  isBack(name: string): void {
    this.#source.say(`${name} is ready again`)
  }

  dropped(lines: number): void {
    this.#source.say(`${count(lines, 'line')} left out here: they came faster than they were read`)
  }

  scaling(starting: readonly string[], stopping: readonly string[]): void {
    if (starting.length > 0) this.#source.say(`scale: starting ${starting.join(', ')}`)
    if (stopping.length > 0) this.#source.say(`scale: draining ${stopping.join(', ')}`)
  }

  scaled({ server, worker }: Scale): void {
    this.#source.say(`scale: now ${count(server, 'server')}, ${count(worker, 'worker')}`)
  }

  restarting(names: readonly string[]): void {
    this.#source.say(`restart: ${names.join(', ')}, one after another`)
  }

  /** How a restart goes on, and how it ended. */
  restart(what: string): void {
    this.#source.say(`restart: ${what}`)
  }

  stopping(reason: string): void {
    this.#source.say(`stopping (${reason})`)
  }

  waitingFor(names: readonly string[]): void {
    this.#source.say(`waiting for ${names.join(', ')} to finish (Ctrl-C again kills)`)
  }

  killing(): void {
    this.#source.say('killing what is left')
  }

  stopped(): void {
    this.#source.say('stopped')
  }
}

/** Why a process does not work, with what it said last. */
export function explainFailure({ name, how, misconfigured, lines }: Failure): string {
  const said = lines.filter((line) => line.trim() !== '')
  if (said.length === 0) return `${name} ${how}`
  // What it says about its settings or tasks is all there is to say, and the same for all of them.
  if (misconfigured) return said.join('\n').replace(/^error: /, '')
  return [`${name} ${how}; its last lines:`, ...said.map((line) => `  ${line}`)].join('\n')
}

/** `2.5 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
