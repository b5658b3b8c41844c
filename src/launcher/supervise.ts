import type { Announcer } from './announcer.ts'
import type { Output } from './output.ts'
import type { RunDir } from './run-dir.ts'
import type { RunState } from './run-state.ts'
import { type Program, Supervised } from './supervised.ts'

/** What all programs of one run share. */
export interface Surroundings {
  runDir: RunDir
  state: RunState
  output: Output
  announcer: Announcer
}

/**
 * A program of the stack, which is not started yet: its processes are written down as long as they
 * live, so that a later run finds what is left of them, and its deaths are announced.
 */
export function supervise(
  program: Program,
  { state, output, announcer }: Omit<Surroundings, 'runDir'>,
): Supervised {
  const { name } = program
  const supervised = new Supervised(program, output.source(name, program.keepLine))
  supervised.on('started', (pid) => state.add(name, pid))
  supervised.on('ended', (pid) => state.delete(pid))
  let isDead = false
  supervised.on('died', (how, delayMs) => {
    isDead = true
    announcer.died(name, how, delayMs)
  })
  supervised.on('ready', () => {
    if (isDead) announcer.isBack(name)
    isDead = false
  })
  return supervised
}
