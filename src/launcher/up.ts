import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { findProgram, missingPrograms, systemPrograms } from '../../bin/programs.mjs'
import { readConfig } from '../config.ts'
import { UsageError } from '../usage-error.ts'
import { claimAddress, url } from './address.ts'
import { Announcer } from './announcer.ts'
import type { Balance } from './nginx.ts'
import { Output } from './output.ts'
import { RunDir } from './run-dir.ts'
import { runStack } from './run-stack.ts'
import { RunState } from './run-state.ts'
import type { Scale } from './scale-options.ts'
import { Stack } from './stack.ts'

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

/** An instance gives itself 10 s beyond its longest work; one whose event loop hangs cannot. */
const STOP_MARGIN_MS = 15_000

/** Runs the whole stack in the current folder until it is told to stop. Resolves with the exit code. */
export async function runUp(options: UpOptions): Promise<number> {
  const startedAt = watchStart()
  const workDir = process.cwd()
  const scale = { server: 1, worker: 1, ...options.scale }
  const config = readConfig()
  const tasksDir = findTasksDir(options.tasks ?? config.tasksDir)
  const programs = locatePrograms()
  const output = new Output(process.stdout)
  const announcer = new Announcer(output.source('unblock'))
  output.on('dropped', (lines) => announcer.dropped(lines))
  const runDir = new RunDir(workDir)

  // Before the port: a run that goes on here, or was killed here, may be the one that has it.
  const state = await RunState.claim(workDir, runDir.socket('control'), (names) =>
    announcer.cleaning(names),
  )
  const run = async () => {
    const address = await claimAddress(options)
    const slots = Math.max(SLOTS, scale.server)
    const asRoot = process.getuid?.() === 0
    const proxy = { ...address, balance: options.balance, slots, asRoot }
    const stopMs = {
      server: config.maxTimeoutMs + STOP_MARGIN_MS,
      worker: config.graceMs + STOP_MARGIN_MS,
    }
    const settings = { workDir, tasksDir, scale, stopMs, proxy, ...programs }
    const ready = () => announcer.ready(Date.now() - startedAt(), url(address), scale)
    runDir.create()
    try {
      const stack = new Stack(settings, { runDir, state, output, announcer })
      return await runStack(stack, { runDir, announcer, ready })
    } finally {
      runDir.remove()
    }
  }
  const exitCode = await run().finally(() => state.remove())
  announcer.stopped()
  return exitCode
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
