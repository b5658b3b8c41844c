import { now } from '../clock.ts'
import { begin, end } from './samples.ts'
import { dueBy, everyMs } from './schedule.ts'

const path = '/livez'
const lateMs = 600
/** So long is an answer waited for. A browser sends six at a time and keeps the others: some 300. */
const patienceMs = 60_000

/**
 * Makes the bystander's requests, five a second, until the returned function is called. They are health
 * checks: cheap for a server, neither logged nor counted by it. Without credentials a browser keeps
 * connections of their own for them, so that they wait for no other request of the page, nor it for them.
 */
export function watchAsBystander(): () => void {
  const schedule = { beginsAt: now(), everyMs }
  const leaving = new AbortController()
  let seen = 0
  const timer = setInterval(() => {
    const at = now()
    const due = document.hidden ? [] : dueBy(schedule, { seen, now: at, lateMs })
    seen = at
    for (const dueAt of due) void ask(dueAt)
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
    // The proxy itself answers where no server does.
    const instance = answer?.ok ? (answer.headers.get('x-served-by') ?? undefined) : undefined
    end({ dueAt, latencyMs: now() - dueAt, instance, failed: !answer?.ok })
  }

  return () => {
    clearInterval(timer)
    leaving.abort()
  }
}
