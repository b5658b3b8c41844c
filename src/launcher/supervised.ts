import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT_MISCONFIGURED } from '../exit-codes.ts'
import { afterDeath } from './back-off.ts'
import { type Identity, identify, signalGroup } from './identity.ts'
import type { Source } from './output.ts'

/** A program to run and to keep running. */
export interface Program {
  name: string
  command: string
  args: readonly string[]
  env?: NodeJS.ProcessEnv
  /** What tells it to finish what it does and to end. */
  stopSignal: NodeJS.Signals
  /**
   * In a session and process group of its own, where no Ctrl-C on the terminal reaches it. One without
   * has to leave those signals to the launcher.
   */
  ownSession?: boolean
  /** Asked again and again. Without it, the process says so itself: the message `{type: 'ready'}`. */
  isReady?: () => Promise<boolean>
  /** Removes what a killed predecessor may have left in its way. */
  beforeStart?: () => void
  /** Which lines of its output are worth showing; none given: all. */
  keepLine?: (line: string) => boolean
}

export type ProcessState = 'starting' | 'ready' | 'restarting' | 'draining' | 'stopped'

/** Why a process is not started again. */
export interface Failure {
  name: string
  /** `exited with code 1`, `was killed by SIGKILL`, `exited with code 1 five times …`. */
  how: string
  /** It said itself that its settings or tasks are wrong: `lines` is what it said. */
  misconfigured: boolean
  /** The last that it wrote. */
  lines: readonly string[]
}

interface Events {
  /** A process runs, perhaps not for the first time. */
  started: [pid: number]
  ended: [pid: number]
  ready: []
  /** It died, and is started again after a delay. */
  died: [how: string, delayMs: number]
  failed: [Failure]
  /** It ended because it was told to. */
  stopped: []
}

const READY_POLL_MS = 10
const LAST_LINES = 10

/**
 * One process that is kept running. Its states:
 *
 *     stopped ──start()──▶ starting ──ready──▶ ready
 *                           ▲    │               │
 *                    delay over  died           died
 *                           │    ▼               │
 *                         restarting ◀───────────┘
 *
 *     any ──stop()──▶ draining ──ended──▶ stopped
 *     died for good ──▶ stopped, with the event `failed`
 *
 * Stopping what is stopped, twice or before the start, does nothing.
 */
export class Supervised extends EventEmitter<Events> {
  readonly program: Program
  readonly source: Source
  state: ProcessState = 'stopped'
  startedAt: Date | undefined
  /** How often it was started again because it had died; one that was asked for is none. */
  restarts = 0
  /** Since `start()`. */
  hasBeenReady = false
  #child: ChildProcess | undefined
  #identity: Identity | undefined
  #ended: Promise<void> = Promise.resolve()
  #quickDeaths = 0
  /** The process that runs now was killed by `crash()`. */
  #isCrashed = false
  #restart: NodeJS.Timeout | undefined

  constructor(program: Program, source: Source) {
    super()
    this.program = program
    this.source = source
  }

  get name(): string {
    return this.program.name
  }

  /** Of the process that runs now, if one does. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts it, also after it was stopped or has failed: what it did before no longer counts. */
  start(): void {
    if (this.state !== 'stopped') return
    this.hasBeenReady = false
    this.#quickDeaths = 0
    this.#spawn()
  }

  /** Resolves with true when it is ready, with false when it has failed or was stopped before. */
  async untilReady(): Promise<boolean> {
    if (this.state === 'ready') return true
    if (this.state === 'stopped') return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const yes = () => resolve(true)
    const no = () => resolve(false)
    this.on('ready', yes).on('failed', no).on('stopped', no)
    return promise.finally(() => this.off('ready', yes).off('failed', no).off('stopped', no))
  }

  /** Tells it to finish and to end; resolves when it has. */
  async stop(): Promise<void> {
    if (this.#becomeDraining()) this.#child?.kill(this.program.stopSignal)
    await this.#ended
  }

  /** Ends it now, with all processes of its group. */
  async kill(): Promise<void> {
    this.#becomeDraining()
    if (this.#child !== undefined && this.#identity !== undefined)
      signalGroup(this.#identity, 'SIGKILL')
    await this.#ended
  }

  /**
   * Kills the process that runs now, which starts again as after any other death, but does not count
   * as one that keeps dying. Resolves when it has ended; with false if there is none, or it is to end.
   */
  async crash(): Promise<boolean> {
    if (this.#child === undefined || this.state === 'draining') return false
    if (this.#child.kill('SIGKILL')) this.#isCrashed = true
    await this.#ended
    return true
  }

  /** Whether it has just been told to stop, for the first time. */
  #becomeDraining(): boolean {
    clearTimeout(this.#restart)
    if (this.state === 'draining' || this.state === 'stopped') return false
    this.state = 'draining'
    if (this.#child === undefined) this.#becomeStopped()
    return true
  }

  #becomeStopped(): void {
    this.state = 'stopped'
    this.emit('stopped')
  }

  #spawn(): void {
    const { command, args, env, ownSession = false, beforeStart, isReady } = this.program
    this.state = 'starting'
    this.#isCrashed = false
    this.startedAt = new Date()
    this.source.hold()
    beforeStart?.()
    const child = spawn(command, args, {
      ...(env === undefined ? {} : { env }),
      detached: ownSession,
      stdio: ['ignore', 'pipe', 'pipe', ...(isReady === undefined ? ['ipc' as const] : [])],
    })
    this.#child = child
    child.stdout?.setEncoding('utf8').on('data', (chunk) => this.source.push('out', chunk))
    child.stderr?.setEncoding('utf8').on('data', (chunk) => this.source.push('error', chunk))
    child.on('message', (message) => {
      if ((message as { type?: unknown } | null)?.type === 'ready') this.#becomeReady(child)
    })
    this.#ended = this.#untilEnded(child)
    if (child.pid === undefined) return // could not be started; its error event says why
    this.#identity = identify(child.pid)
    this.emit('started', child.pid)
    void this.#pollReady(child)
  }

  async #pollReady(child: ChildProcess): Promise<void> {
    const { isReady } = this.program
    if (isReady === undefined) return
    while (this.#child === child && this.state === 'starting')
      if (await isReady()) this.#becomeReady(child)
      else await sleep(READY_POLL_MS)
  }

  #becomeReady(child: ChildProcess): void {
    if (this.#child !== child || this.state !== 'starting') return
    this.state = 'ready'
    this.hasBeenReady = true
    this.source.release()
    this.emit('ready')
  }

  async #untilEnded(child: ChildProcess): Promise<void> {
    const ending = Promise.withResolvers<{ code: number | null; how: string }>()
    child.on('error', (error) => ending.resolve({ code: null, how: error.message }))
    child.on('exit', (code, signal) => {
      const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`
      ending.resolve({ code, how })
    })
    const closed = once(child, 'close').catch(() => {})
    const { code, how } = await ending.promise
    // Its last words may still be on their way; a process of its group may keep the pipe open.
    await Promise.race([closed, sleep(200, undefined, { ref: false })])
    this.source.end()
    this.#child = undefined
    if (this.#identity !== undefined) {
      // nginx's workers outlive a killed master, and would keep its port.
      signalGroup(this.#identity, this.program.stopSignal)
      this.emit('ended', this.#identity.pid)
    }
    this.#afterEnd(code, how)
  }

  #afterEnd(code: number | null, how: string): void {
    const misconfigured = code === EXIT_MISCONFIGURED
    // Redis and nginx that do not come up at all will not the next time either.
    const neverCameUp = !this.hasBeenReady && this.program.isReady !== undefined
    if (this.state === 'draining') {
      // Stopped before it was ready: nobody asks any more why it was not, or another has said it.
      this.source.takeHeld()
      this.#becomeStopped()
    } else if (misconfigured || neverCameUp) this.#fail(how, misconfigured)
    else this.#startAgain(how)
  }

  #startAgain(how: string): void {
    const lived = this.#isCrashed
      ? Number.POSITIVE_INFINITY
      : Date.now() - this.startedAt!.getTime()
    const { quickDeaths, delayMs } = afterDeath(this.#quickDeaths, lived)
    this.#quickDeaths = quickDeaths
    if (delayMs === undefined) {
      this.#fail(`${how}, ${quickDeaths} times in a row within seconds of its start`, false)
    } else {
      this.source.release()
      this.state = 'restarting'
      this.restarts++
      this.#restart = setTimeout(() => this.#spawn(), delayMs)
      this.emit('died', how, delayMs)
    }
  }

  #fail(how: string, misconfigured: boolean): void {
    const said = this.source.takeHeld().trimEnd().split('\n')
    const lines = misconfigured ? said : this.source.lastLines(LAST_LINES)
    this.state = 'stopped'
    this.emit('failed', { name: this.name, how, misconfigured, lines })
  }
}
