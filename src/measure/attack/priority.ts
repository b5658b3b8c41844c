import { readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const before = -10

/**
 * Requests a second, a sixth of a core. At 15,000 a generator that goes first takes half of one, and a service on
 * the same two cores falls seconds behind.
 */
const modest = 2000

/**
 * Lets this process go before others where it may (root may), as if the load came from another machine: what
 * it measures must not be its own wait for a CPU. Children that are started later inherit it.
 *
 * @param rate the highest that it will have to send, in requests a second; a high one lets it be as it is
 * @returns a function that takes it back
 */
export function goFirst(rate: number): () => void {
  if (rate > modest) return () => {}
  const usual = getPriority()
  try {
    setPriority(before)
  } catch {
    return () => {}
  }
  const ofSession = setSessionPriority(before)
  return () => {
    setPriority(usual)
    if (ofSession !== undefined) setSessionPriority(ofSession)
  }
}

/**
 * Where Linux shares out the cores by session, a process's niceness counts within its session only, and the
 * session has one of its own: sched(7), autogroup. That of a session which others began is theirs.
 *
 * @returns what it was; undefined where it could not be set
 */
function setSessionPriority(niceness: number): number | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]
    if (Number(session) !== process.pid) return undefined
    const [, was] = /nice (-?\d+)/.exec(readFileSync('/proc/self/autogroup', 'utf8')) ?? []
    writeFileSync('/proc/self/autogroup', String(niceness))
    return Number(was ?? 0)
  } catch {
    return undefined // no Linux, or one without it
  }
}
