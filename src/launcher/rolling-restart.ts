import { UsageError } from '../usage-error.ts'
import { explainFailure, seconds } from './announcer.ts'
import type { Failure, Supervised } from './supervised.ts'

/** What a rolling restart needs of the stack, for the instances of one role. */
export interface Restarting {
  /** Starts one more; undefined where the proxy has no place for it. */
  add(): Supervised | undefined
  /** Ends it and forgets it. */
  remove(instance: Supervised): Promise<void>
  /** Ends it and starts it again. @throws {UsageError} if nothing may be started now */
  restart(instance: Supervised): Promise<void>
  /** With true when it takes work, with false when it never will. */
  untilServing(instance: Supervised): Promise<boolean>
}

/**
 * Restarts instances of one role one after another, the next one when the last one takes work
 * again. One more stands in meanwhile, so that there are never fewer than before, not even of one;
 * and what cannot start (a task file that does not load) is known before anything was stopped.
 *
 * `tell` is told each step, in a line for people. @throws {UsageError} if one does not start: those
 * that are left go on as they are, and the stand-in stays in its place
 */
export async function restartOneByOne(
  chosen: readonly Supervised[],
  stack: Restarting,
  tell: (line: string) => void,
): Promise<void> {
  const standIn = stack.add()
  if (standIn !== undefined) {
    const problem = await problemOf(standIn, stack)
    if (problem !== undefined) {
      await stack.remove(standIn)
      throw new UsageError(problem)
    }
    tell(`${standIn.name} stands in`)
  }
  for (const instance of chosen) {
    const begun = performance.now()
    await stack.restart(instance)
    const problem = await problemOf(instance, stack)
    if (problem !== undefined) {
      const rest =
        standIn === undefined ? '' : `\n${standIn.name} stays in the place of ${instance.name}`
      throw new UsageError(`${problem}${rest}`)
    }
    tell(`${instance.name} restarted in ${seconds(performance.now() - begun)}`)
  }
  if (standIn === undefined) return
  await stack.remove(standIn)
  tell(`${standIn.name} has gone again`)
}

/** Why an instance that was just started does not take work; undefined when it does. */
async function problemOf(instance: Supervised, stack: Restarting): Promise<string | undefined> {
  let failure: Failure | undefined
  const note = (why: Failure) => {
    failure = why
  }
  instance.once('failed', note)
  const serves = await stack.untilServing(instance)
  instance.off('failed', note)
  if (serves) return undefined
  return failure === undefined ? 'the stack is stopping' : explainFailure(failure)
}
