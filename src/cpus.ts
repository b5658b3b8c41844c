import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * CPUs that this process may use, at least 1: those that its affinity names, or fewer where a container
 * has a quota of CPU time, of which Node knows nothing under cgroup v1.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html (cpu.max), …/cgroup-v1 (cpu.cfs_quota_us)
 */
export function usableCpus(read: (file: string) => string | undefined = readCgroup): number {
  const [quota, period] = quotaV2(read) ?? quotaV1(read) ?? []
  const all = availableParallelism()
  if (!quota || !period || !(quota > 0)) return all
  return Math.max(1, Math.min(all, Math.ceil(quota / period)))
}

/** `max 100000` or `150000 100000`. */
function quotaV2(read: (file: string) => string | undefined): number[] | undefined {
  return read('cpu.max')?.split(' ').map(Number)
}

/** A quota of -1 is none. */
function quotaV1(read: (file: string) => string | undefined): number[] | undefined {
  const files = ['cpu/cpu.cfs_quota_us', 'cpu/cpu.cfs_period_us'].map(read)
  return files.some((text) => text === undefined) ? undefined : files.map(Number)
}

function readCgroup(file: string): string | undefined {
  try {
    return readFileSync(`/sys/fs/cgroup/${file}`, 'utf8').trim()
  } catch {
    return undefined // no container, or not Linux
  }
}
