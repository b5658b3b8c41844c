import { spawn } from 'node:child_process'
import { nextMessage } from './systems/next-message.ts'
import { end, inBench } from './systems/processes.ts'

/** Requests that are due at even times, whatever becomes of those before them. */
export interface ProbeOrder {
  url: string
  path: string
  /** Requests a second. */
  perS: number
  seconds: number
}

export interface Probed {
  /** Of each request, from when it was due to the end of its answer, in milliseconds; ascending. */
  latenciesMs: number[]
  /** Requests without a good answer; those that waited for more than 30 s are among them. */
  failed: number
}

/** A process that looks at services from outside. */
export interface Prober extends AsyncDisposable {
  probe(order: ProbeOrder): Promise<Probed>
}

/**
 * The generator of `unblock measure`, with its metronome, in a session of its own and ahead of others where it may:
 * as from another machine, since what it measures must not be its own wait for a core.
 */
export async function startProber(): Promise<Prober> {
  const child = spawn(process.execPath, [...process.execArgv, inBench('open-loop-process.ts')], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await nextMessage(child)
  return {
    async probe(order) {
      const answered = nextMessage<Probed>(child)
      child.send(order)
      return answered
    },
    [Symbol.asyncDispose]: () => end(child),
  }
}
