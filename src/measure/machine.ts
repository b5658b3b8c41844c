import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { Machine } from './records/run.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** This machine, as far as it matters to figures. */
export function thisMachine(): Machine {
  const models = new Set(cpus().map(({ model }) => model.trim()))
  return {
    cpus: `${cpus().length} × ${[...models].join(', ') || process.arch}`,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    unblock: version,
  }
}
