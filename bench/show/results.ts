import { cpus } from 'node:os'
import type { Effort, Figure } from '../rows/row.ts'
import { versions } from './versions.ts'

/** What one run of the benchmarks found, and where. */
export interface Results extends Setting {
  effort: Effort
  /** Those that were measured, in the order of the table. */
  rows: MeasuredRow[]
  figures: Figure[]
}

/** What a figure is worth nothing without. */
export interface Setting {
  /** When the run began: ISO 8601, UTC. */
  at: string
  /** Of the whole run. */
  minutes: number
  /** `2 × AMD EPYC` */
  machine: string
  /** By the name of a program, as people write it. */
  versions: Record<string, string>
  /** Peers that are not installed. */
  leftOut: string[]
}

export interface MeasuredRow {
  name: string
  about: string
  minutes: number
}

export function setting(began: Date): Omit<Setting, 'minutes' | 'leftOut'> {
  return {
    at: began.toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    versions: versions(),
  }
}
