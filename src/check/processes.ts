import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * The processes that a lab leaves: those that its task has started, and what these have started. A child
 * ends its ties in several ways: a group of its own (`detached`), another parent (where its own has died), an
 * empty environment. Whichever is left finds it.
 */

/** The environment variable by which they are known; Linux shows it of every process of one's own. */
export const markName = 'UNBLOCK_CHECK'

export interface LabIdentity {
  /** Of the lab, which leads a process group. */
  pid: number
  /** The value of `markName`: no other lab's. */
  mark: string
}

export interface Process {
  pid: number
  /** Of the program, such as `sleep`. */
  name: string
}

interface Entry extends Process {
  parent: number
  group: number
  marked: boolean
}

/** The processes of a lab that are alive now, but for itself. */
export function processesOf({ pid, mark }: LabIdentity): Process[] {
  const entries = process.platform === 'linux' ? fromProc(mark) : fromPs()
  const family = new Set([pid])
  for (let before = 0; before < family.size; ) {
    before = family.size
    for (const each of entries)
      if (each.group === pid || each.marked || family.has(each.parent)) family.add(each.pid)
  }
  return entries
    .filter((each) => family.has(each.pid) && each.pid !== pid && each.pid !== process.pid)
    .map(({ pid, name }) => ({ pid, name }))
}

/** Kills a lab with all its processes. It may be this very process; it may be dead already. */
export function killLab(lab: LabIdentity): void {
  // Twice, for what was started between looking and killing; only while it lives is its offspring known
  // everywhere, so it goes last.
  for (let round = 0; round < 2; round++) {
    for (const { pid } of processesOf(lab)) kill(pid)
    kill(-lab.pid)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {} // it has ended meanwhile
}

/** proc(5): `pid (name) state ppid pgrp …`, where a name may have spaces and brackets. */
function fromProc(mark: string): Entry[] {
  const found: Entry[] = []
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const stat = read(`/proc/${pid}/stat`)
    const end = stat.lastIndexOf(')')
    const [state, parent, group] = stat.slice(end + 2).split(' ')
    if (end < 0 || state === 'Z' || state === 'X') continue
    found.push({
      pid: Number(pid),
      name: stat.slice(stat.indexOf('(') + 1, end),
      parent: Number(parent),
      group: Number(group),
      marked: `\0${read(`/proc/${pid}/environ`)}`.includes(`\0${markName}=${mark}\0`),
    })
  }
  return found
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return '' // it has ended meanwhile, or is somebody else's
  }
}

function fromPs(): Entry[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,comm='], {
    encoding: 'utf8',
  })
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, name] =
      /^ *(\d+) +(\d+) +(\d+) +(\S+) +(.*)$/.exec(line) ?? []
    const isThisListing = name?.endsWith('ps') && Number(parent) === process.pid
    if (name === undefined || state?.startsWith('Z') || isThisListing) return []
    return {
      ...{ pid: Number(pid), parent: Number(parent), group: Number(group) },
      ...{ name: name.slice(name.lastIndexOf('/') + 1), marked: false },
    }
  })
}
