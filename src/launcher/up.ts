import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { findProgram, missingPrograms, systemPrograms } from '../../bin/programs.mjs'
import { readConfig } from '../config.ts'
import { claimAddress, url } from './address.ts'
import { Announcer, explainFailure } from './announcer.ts'
import type { Balance } from './nginx.ts'
import { Output } from './output.ts'
import { RunDir } from './run-dir.ts'
import { RunState } from './run-state.ts'
import type { Scale } from './scale-options.ts'
import { Stack } from './stack.ts'
import { onStopRequest } from './stop-requests.ts'
import { UsageError } from './usage-error.ts'

export interface UpOptions {
  scale: Partial<Scale>
  port: number
  host: string
  /** A folder; without it, the setting TASKS_DIR. */
  tasks?: string
  balance: Balance
}

/** The proxy knows of so many servers, so that the stack can grow while it runs. */
const SLOTS = 16

const SLOW_START_MS = 5000
const SLOW_STOP_MS = 1000
const REMIND_MS = 10_000
/** A stack that has failed has little to lose. */
const FAILED_STOP_MS = 5000

const EXIT_FAILED = 1
const EXIT_INTERRUPTED = 130

/** Runs the whole stack in the current folder until it is told to stop. Resolves with the exit code. */
export async function runUp(options: UpOptions): Promise<number> {
  const startedAt = watchStart()
  const workDir = process.cwd()
  const scale = { server: 1, worker: 1, ...options.scale }
  const tasksDir = findTasksDir(options.tasks ?? readConfig().tasksDir)
  const programs = locatePrograms()
  const address = await claimAddress(options)
  const output = new Output(process.stdout)
  const announcer = new Announcer(output.source('unblock'))
  const runDir = new RunDir(workDir)
  const state = await RunState.claim(workDir, runDir.socket('control'), (names) =>
    announcer.cleaning(names),
  )
  runDir.create()
  const { balance } = options
  const slots = Math.max(SLOTS, scale.server)
  const proxy = { ...address, balance, slots, asRoot: process.getuid?.() === 0 }
  const stack = new Stack(
    { workDir, tasksDir, scale, proxy, ...programs },
    { runDir, state, output, announcer },
  )
  process.on('exit', () => void stack.kill())

  const { promise: finished, resolve: finish } = Promise.withResolvers<number>()
  let exitCode = 0
  onStopRequest((reason, again) => {
    if (!again) return void stop(reason)
    exitCode = EXIT_INTERRUPTED
    announcer.killing()
    void stack.kill()
  })
  const stop = async (reason: string, limits: { deadlineMs?: number } = {}) => {
    if (stack.isStopping) return
    announcer.stopping(reason)
    const stopped = stack.stop(limits)
    const remind = () => {
      const busy = stack.processes.filter((each) => each.state === 'draining')
      if (busy.length > 0) announcer.waitingFor(busy.map(({ name }) => name))
    }
    const first = setTimeout(remind, SLOW_STOP_MS)
    const further = setInterval(remind, REMIND_MS)
    await stopped
    clearTimeout(first)
    clearInterval(further)
    runDir.remove()
    state.remove()
    announcer.stopped()
    finish(exitCode)
  }
  void stack.failed.then((failure) => {
    exitCode = EXIT_FAILED
    console.error(`error: ${explainFailure(failure)}`)
    void stop(`${failure.name} does not work`, { deadlineMs: FAILED_STOP_MS })
  })

  const slow = setInterval(() => announcer.stillStarting(stack.showSlow()), SLOW_START_MS)
  const starting = stack.start()
  // Loaded while the instances load.
  const { listenForControl } = await import('./control.ts')
  await listenForControl(stack, runDir)
  const isUp = await starting
  clearInterval(slow)
  if (isUp) announcer.ready(Date.now() - startedAt(), url(address), scale)
  return finished
}

/** When the user's command started, in milliseconds of the epoch: bin/unblock.mjs tells it. */
function watchStart(): () => number {
  let startedAt = performance.timeOrigin
  process.on('message', (message: { type?: unknown; at?: unknown } | null) => {
    if (message?.type === 'started' && typeof message.at === 'number') startedAt = message.at
  })
  return () => startedAt
}

function findTasksDir(given: string): string {
  if (given === '') return ''
  const folder = resolve(given)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`there is no folder of tasks at ${folder}`)
  return folder
}

function locatePrograms(): { redis: string; nginx: string } {
  const redis = findProgram(systemPrograms.redis.names)
  const nginx = findProgram(systemPrograms.nginx.names)
  if (redis === undefined || nginx === undefined)
    throw new UsageError(
      missingPrograms([...(redis ? [] : ['redis' as const]), ...(nginx ? [] : ['nginx' as const])]),
    )
  return { redis, nginx }
}
