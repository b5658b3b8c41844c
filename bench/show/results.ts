import { cpus } from 'node:os'
import type { Effort, Figure } from '../rows/row.ts'

/** What one run of the benchmarks found, and where. */
export interface Results extends Setting {
  effort: Effort
  minutes: number
  figures: Figure[]
}

export interface Setting {
  /** ISO 8601, UTC. */
  at: string
  /** `2 × AMD EPYC` */
  machine: string
  versions: Record<string, string>
}

export function setting(): Setting {
  return {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    versions: { node: process.versions.node },
  }
}
