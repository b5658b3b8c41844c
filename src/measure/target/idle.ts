import { setTimeout as sleep } from 'node:timers/promises'
import { Fleet } from '../../api/fleet.ts'
import { answerReader } from '../attack/read-answer.ts'
import { ask, type Service } from './service.ts'

/** A service that knows no fleet is idle when it answers so many times in a row as quickly as that. */
const quickMs = 25
const inARow = 3
const everyMs = 100

/**
 * Waits until a service has done with what was asked of it before: clients may have given up work that it
 * goes on with. It is idle when its fleet runs nothing and its queue is empty; where it does not tell, when a
 * bystander is answered quickly; where it knows neither, always.
 *
 * @returns whether it is, at most after `longestMs`
 */
export async function isIdle(
  service: Service,
  longestMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + longestMs
  let quick = 0
  for (;;) {
    const startedAt = performance.now()
    const state = await stateOf(service, Math.max(1, end - startedAt))
    if (state === 'unknown') return true
    quick = state === 'answers' && performance.now() - startedAt < quickMs ? quick + 1 : 0
    if (state === 'idle' || quick >= inARow) return true
    if (signal.aborted || performance.now() > end) return false
    await sleep(everyMs)
  }
}

type State = 'idle' | 'busy' | 'answers' | 'unknown'

async function stateOf({ client, tasks, bystander }: Service, patienceMs: number): Promise<State> {
  try {
    const path = tasks === undefined ? bystander : '/api/fleet'
    if (path === undefined) return 'unknown'
    const { status, head } = await ask(client, { method: 'GET', path }, patienceMs)
    if (tasks === undefined) return 'answers'
    const fleet = status === 200 ? readFleet(head) : undefined
    if (fleet === undefined) return 'busy'
    const { instances, queue } = fleet
    const isBusy = instances.some(({ state, running }) => state !== 'ready' || running > 0)
    return isBusy || queue.waiting + queue.active > 0 ? 'busy' : 'idle'
  } catch {
    return 'busy' // it does not answer now
  }
}

/** The fleet that a text is; undefined where it is something else. */
export const readFleet = answerReader(Fleet)
