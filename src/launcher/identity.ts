import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number. */
export interface Identity {
  pid: number
  /** When it started: on Linux boot and clock tick, elsewhere as ps writes it. */
  started: string
  /** Whether it leads a process group. */
  leads: boolean
}

/** The process that has this number now; undefined if none has. */
export function identify(pid: number): Identity | undefined {
  const seen = process.platform === 'linux' ? lookOnLinux(pid) : lookWithPs(pid)
  return seen && { pid, started: seen.started, leads: seen.group === pid }
}

/** Whether that very process is still there. */
export function isAlive({ pid, started }: Identity): boolean {
  return identify(pid)?.started === started
}

/**
 * Sends a signal to the process group that `leader` leads, or led: a group outlives its leader while
 * it has members (nginx's workers do), and no new process gets its number meanwhile. A process that leads
 * none gets it alone. Does nothing if there is neither, or the number is another process's by now, or was
 * that of one before the last boot.
 */
export function signalGroup(leader: Identity, signal: NodeJS.Signals | 0): boolean {
  const now = identify(leader.pid)
  if (now === undefined ? !leader.leads || !isOfThisBoot(leader) : now.started !== leader.started)
    return false
  try {
    return process.kill(leader.leads ? -leader.pid : leader.pid, signal)
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

interface Seen {
  started: string
  group: number
}

/** Undefined for a zombie too, which has ended. */
function lookOnLinux(pid: number): Seen | undefined {
  const fields = statFields(pid)
  if (fields === undefined || fields[0] === 'Z') return undefined
  return { started: `${bootId()} ${fields[19]}`, group: Number(fields[2]) }
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

function isOfThisBoot({ started }: Identity): boolean {
  return process.platform !== 'linux' || started.startsWith(bootId())
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

function lookWithPs(pid: number): Seen | undefined {
  try {
    const args = ['-o', 'stat=,pgid=,lstart=', '-p', String(pid)]
    const line = execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const [state = '', group, ...started] = line.trim().split(/\s+/)
    if (state === '' || state.startsWith('Z')) return undefined
    return { started: started.join(' '), group: Number(group) }
  } catch {
    return undefined
  }
}
