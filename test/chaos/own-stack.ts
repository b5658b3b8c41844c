import type { Cleaner } from '../fixtures/at-end.ts'
import { type RunningStack, type StackSettings, startStack } from '../system/stack.ts'

/** Runs `use` with a stack of its own, of which nothing is left after. */
export async function withStack<T>(
  settings: StackSettings,
  use: (stack: RunningStack) => Promise<T>,
): Promise<T> {
  const endings: (() => Promise<void>)[] = []
  const scope: Cleaner = { after: (clean) => void endings.push(clean) }
  try {
    return await use(await startStack(scope, settings))
  } finally {
    for (const end of endings) await end()
  }
}
