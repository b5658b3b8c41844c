import { begin, end, pending } from './samples.ts'
import { dueBy } from './schedule.ts'

const path = '/livez'
const everyMs = 200
const lateMs = 600
const patienceMs = 60_000
/** A browser sends six at a time; it keeps the others. So many wait where a service is frozen for long. */
const mostPending = 150

/**
 * Makes the bystander's requests, five a second, until the returned function is called. They are health
 * checks: cheap for a server, neither logged nor counted by it. Without credentials a browser keeps
 * connections of their own for them, so that they wait for no other request of the page, nor it for them.
 */
export function watchAsBystander(): () => void {
  const clock = () => performance.timeOrigin + performance.now()
  const schedule = { beginsAt: clock(), everyMs }
  const leaving = new AbortController()
  let seen = 0
  const timer = setInterval(() => {
    const now = clock()
    const due = document.hidden ? [] : dueBy(schedule, { seen, now, lateMs })
    seen = now
    for (const dueAt of due) if (pending.value.length < mostPending) void ask(dueAt)
  }, everyMs / 4)

  async function ask(dueAt: number): Promise<void> {
    begin(dueAt)
    const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(patienceMs)])
    const answer = await fetch(path, { credentials: 'omit', cache: 'no-store', signal })
      .then(async (response) => {
        await response.arrayBuffer()
        return response
      })
      .catch(() => undefined)
    const instance = answer?.headers.get('x-served-by') ?? undefined
    end({ dueAt, latencyMs: clock() - dueAt, instance, failed: !answer?.ok })
  }

  return () => {
    clearInterval(timer)
    leaving.abort()
  }
}
