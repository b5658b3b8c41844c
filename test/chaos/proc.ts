import { readdirSync, readFileSync } from 'node:fs'

/** What Linux knows of a process (proc(5)); 0 or nothing for one that has ended. */

/** Memory that it has in RAM, in bytes. */
export function rssBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1]
  return Number(kib ?? 0) * 1024
}

/** Open files, sockets and pipes. */
export function openHandles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

/** CPU time that it has used, in seconds: user and system, fields 14 and 15, at 100 ticks a second. */
export function cpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

/** The processes that it has started itself, and that still run. */
export function childrenOf(pid: number): number[] {
  const list = read(`/proc/${pid}/task/${pid}/children`).trim()
  return list === '' ? [] : list.split(' ').map(Number)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
