import { EXIT_FAILED, EXIT_INTERRUPTED } from '../exit-codes.ts'
import { onStopRequest } from '../stop-requests.ts'
import { type Announcer, explainFailure } from './announcer.ts'
import type { RunDir } from './run-dir.ts'
import type { Stack } from './stack.ts'

const SLOW_START_MS = 5000
const SLOW_STOP_MS = 1000
const REMIND_MS = 10_000
/** A stack that has failed has little to lose. */
const FAILED_STOP_MS = 5000

/**
 * Starts the stack, calls `ready` when it is, and runs it until it is told to stop or fails. No
 * process of it is left when this resolves, with the exit code, or rejects.
 */
export async function runStack(
  stack: Stack,
  { runDir, announcer, ready }: { runDir: RunDir; announcer: Announcer; ready: () => void },
): Promise<number> {
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
    finish(exitCode)
  }
  void stack.failed.then((failure) => {
    exitCode = EXIT_FAILED
    console.error(`error: ${explainFailure(failure)}`)
    void stop(`${failure.name} does not work`, { deadlineMs: FAILED_STOP_MS })
  })

  const slow = setInterval(() => announcer.stillStarting(stack.showSlow()), SLOW_START_MS)
  try {
    const starting = stack.start()
    // Loaded while the instances load.
    const { listenForControl } = await import('./control.ts')
    const { listenForWeb } = await import('./web-control.ts')
    await listenForControl(stack, runDir)
    await listenForWeb(stack, runDir.socket('web'))
    if (await starting) ready()
  } catch (error) {
    await stack.kill()
    throw error
  } finally {
    clearInterval(slow)
  }
  return finished
}
