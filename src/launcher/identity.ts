import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number. */
export interface Identity {
  pid: number
  /** When it started: on Linux boot and clock tick, elsewhere as ps writes it. */
  started: string
}

/** The process that has this number now; undefined if none has. */
export function identify(pid: number): Identity | undefined {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startFromPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether that very process is still there. */
export function isAlive({ pid, started }: Identity): boolean {
  return identify(pid)?.started === started
}

/**
 * Sends a signal to the process group that `leader` leads, or led: a group outlives its leader while
 * it has members (nginx's workers do), and no new process gets its number meanwhile. A process that leads
 * none gets it alone. Does nothing if there is neither, or the number is another process's by now.
 */
export function signalGroup(leader: Identity, signal: NodeJS.Signals | 0): boolean {
  const now = identify(leader.pid)
  if (now !== undefined && now.started !== leader.started) return false
  try {
    return process.kill(-leader.pid, signal)
  } catch {} // there is no such group
  try {
    return now !== undefined && process.kill(leader.pid, signal)
  } catch {
    return false
  }
}

/** Whether any process of the group that `leader` leads, or led, still runs. */
export function groupIsAlive(leader: Identity): boolean {
  if (!signalGroup(leader, 0)) return false
  // Ended members that nobody has taken notice of yet count for the system, but not here.
  return isAlive(leader) || process.platform !== 'linux' || hasMembers(leader.pid)
}

function hasMembers(group: number): boolean {
  return readdirSync('/proc').some((entry) => {
    const [state, , itsGroup] = statFields(entry) ?? []
    return itsGroup === String(group) && state !== 'Z'
  })
}

/** Boot and clock tick; undefined for a zombie too, which has ended. */
function startOnLinux(pid: number): string | undefined {
  const fields = statFields(pid)
  if (fields === undefined || fields[0] === 'Z') return undefined
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot} ${fields[19]}`
}

/** proc(5): what comes after the name in brackets, from field 3 on: state, parent, group, … */
function statFields(pid: number | string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const args = ['-o', 'stat=,lstart=', '-p', String(pid)]
    const line = execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const [state = '', ...started] = line.trim().split(/\s+/)
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}
