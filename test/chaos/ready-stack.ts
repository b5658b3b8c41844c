import type { Cleaner } from '../fixtures/at-end.ts'
import { until } from '../fixtures/until.ts'
import { type RunningStack, type StackSettings, startUp } from '../system/stack.ts'

/** Nothing here is about how fast a stack starts. */
const PATIENCE_MS = 60_000

/** A stack that is ready, however long that takes on a machine with much else to do. */
export async function readyStack(t: Cleaner, settings: StackSettings): Promise<RunningStack> {
  const stack = startUp(t, settings)
  const look = () => {
    if (stack.hasEnded) throw new Error(`the stack has ended:\n${stack.logs}`)
    return /ready in .*: (http:\S+)/.exec(stack.logs)?.[1]
  }
  stack.url = await until('the stack is ready', look, PATIENCE_MS)
  return stack
}
