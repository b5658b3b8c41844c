import type { Job } from '../../api/job.ts'
import { job, Refused } from '../api.ts'

/**
 * Follows jobs to their end. A browser has six connections to a site, and the page needs some for other
 * things: few are asked about at once, the others in turn, older ones more often, for they end first.
 */

export interface Follower {
  /** How the job is now; the last time when it has ended. */
  show(job: Job): void
  /** It is out of reach for good. */
  lose(error: Error): void
}

interface Options {
  /** @param waitS seconds that the answer may wait for the job's end */
  ask?: (id: string, waitS: number) => Promise<Job>
  /** How many may be asked about at a time. */
  atOnce?: number
  /** Whether one more connection may be held for a second. */
  mayWait?: (waiting: number) => boolean
  /** Between two looks at the same job. */
  everyMs?: number
  /** How often in a row a job may be out of reach, with which pauses: a server that restarts, say. */
  patience?: number
  pauseMs?: number
}

interface Followed extends Follower {
  readonly id: string
  dueAt: number
  failures: number
  isAsked: boolean
}

const isOver = ({ state }: Job) => state !== 'waiting' && state !== 'active'

/** Long enough to spare requests, short enough for a bar that moves. */
const waitS = 1

/** How many times less often the last in line is looked at than the first. */
const rarest = 8

export function createPoller({
  ask = job,
  atOnce = 3,
  mayWait = () => true,
  everyMs = 500,
  patience = 30,
  pauseMs = 1000,
}: Options = {}) {
  const followed = new Map<string, Followed>()
  let asked = 0
  let waiting = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Asks about whoever is due, and comes back when the next one is. */
  function turn(): void {
    clearTimeout(timer)
    while (asked < atOnce) {
      const next = soonest()
      if (next === undefined) return
      const inMs = next.dueAt - performance.now()
      if (inMs > 0) {
        timer = setTimeout(turn, inMs)
        return
      }
      void look(next)
    }
  }

  function soonest(): Followed | undefined {
    let found: Followed | undefined
    for (const each of followed.values())
      if (!each.isAsked && (found === undefined || each.dueAt < found.dueAt)) found = each
    return found
  }

  async function look(one: Followed): Promise<void> {
    const waits = followed.size <= atOnce && mayWait(waiting)
    one.isAsked = true
    asked++
    if (waits) waiting++
    // Counted from here, so that an answer which waited is followed by the next question at once.
    one.dueAt = performance.now() + everyMs * share(one)
    try {
      const answer = await ask(one.id, waits ? waitS : 0)
      one.failures = 0
      if (followed.get(one.id) !== one) return
      if (isOver(answer)) followed.delete(one.id)
      one.show(answer)
    } catch (error) {
      if (followed.get(one.id) === one) failed(one, error as Error)
    } finally {
      one.isAsked = false
      asked--
      if (waits) waiting--
      turn()
    }
  }

  /** The further back in the line, the longer until it is looked at again. */
  function share({ id }: Followed): number {
    if (followed.size <= atOnce) return 1
    const place = [...followed.keys()].indexOf(id)
    return Math.min(1 + place / atOnce, rarest)
  }

  function failed(one: Followed, error: Error): void {
    const isGone = error instanceof Refused && error.problem.status === 404
    if (isGone || ++one.failures > patience) {
      followed.delete(one.id)
      one.lose(error)
    } else one.dueAt = performance.now() + pauseMs
  }

  return {
    follow(id: string, follower: Follower): void {
      const { show, lose } = follower
      followed.set(id, { id, show, lose, dueAt: 0, failures: 0, isAsked: false })
      turn()
    },
    /** Nobody needs to hear of it any more. */
    forget(id: string): void {
      followed.delete(id)
    },
  }
}
