import { cpus } from 'node:os'
import type { Effort, Figure } from '../rows/row.ts'
import { installed, optionalPeers } from '../systems/installed.ts'
import { fastifyBullmqVersions, unblockVersions } from '../systems/versions.ts'

/** What one run of the benchmarks found, and where. */
export interface Results extends Setting {
  effort: Effort
  /** Those that were measured, in the order of the table. */
  rows: MeasuredRow[]
  figures: Figure[]
  /** Rows that ended with an error. */
  notMeasured: { name: string; why: string }[]
}

/** What a figure is worth nothing without. */
export interface Setting {
  /** When the run began: ISO 8601, UTC. */
  at: string
  /** Of the whole run. */
  minutes: number
  /** `2 cores of AMD EPYC` */
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

/** @param began the run, which ends now */
export function setting(began: Date, figures: readonly Figure[]): Setting {
  const names = figures.flatMap(({ ours, theirs }) => [ours.name, theirs.name])
  const wasMeasured = (peer: string) => names.some((name) => name.startsWith(peer))
  return {
    at: began.toISOString(),
    minutes: (Date.now() - began.getTime()) / 60_000,
    machine: `${cpus().length} cores of ${cpus()[0]?.model.trim()}`,
    versions: {
      Node: process.versions.node,
      ...unblockVersions(),
      ...fastifyBullmqVersions(),
      ...Object.assign({}, ...optionalPeers.filter(wasMeasured).map(installed)),
    },
    leftOut: optionalPeers.filter((peer) => installed(peer) === undefined),
  }
}
