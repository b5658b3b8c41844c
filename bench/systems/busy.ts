import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, createClient } from '../../src/measure/attack/client.ts'
import { type BenchTask, type QueueSystem, queryOf, type System } from './system.ts'

/** Does something while a system works, and lets it come to rest again afterwards. */
export type Load = <T>(during: () => Promise<T>) => Promise<T>

/** Until every core works. */
const beginMs = 300

/** Workers with a queue that is longer than what is done meanwhile. @param jobs so many are put into it */
export function busyByQueue(
  system: QueueSystem,
  task: BenchTask,
  { jobs, tell }: { jobs: number; tell: (line: string) => void },
): Load {
  return async function byQueue(during) {
    await system.hold()
    await system.fill(task, jobs)
    system.release()
    await sleep(beginMs)
    const result = await during()
    if ((await system.left()) === 0) tell(`  ${system.name} had too few jobs`)
    while ((await system.left()) > 0) await sleep(20)
    return result
  }
}

/** Requests to `/api/blocking` that are kept open: when one is answered, the next one is sent. */
export function busyByThread({ url }: System, task: BenchTask, open: number): Load {
  const outgoing = { method: 'GET', path: `/api/blocking${queryOf(task)}&executor=thread` } as const
  return async function byThread(during) {
    const client = createClient(url)
    const done = new AbortController()
    const keepOpen = async () => {
      while (!done.signal.aborted) {
        const { status, error } = await new Promise<Answer>((resolve) =>
          client.send(outgoing, resolve),
        )
        if (status !== 200) throw new Error(`${outgoing.path}: ${error ?? status}`)
      }
    }
    const kept = Promise.all(Array.from({ length: open }, keepOpen))
    // Where one fails, nobody shall wait for the rest before that is said.
    const failed = kept.then(() => new Promise<never>(() => {}))
    try {
      return await Promise.race([sleep(beginMs).then(during), failed])
    } finally {
      done.abort()
      await kept.catch(() => {})
      await client.close()
    }
  }
}
