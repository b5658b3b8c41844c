import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findProgram, systemPrograms } from '../../bin/programs.mjs'

/** What all systems stand on; the rows tell those of peers that bring more. A program that is missing has none. */
export function versions(): Record<string, string> {
  const redis = findProgram(systemPrograms.redis.names)
  return Object.fromEntries(
    [
      ['Unblock', ofPackage('../../package.json')],
      ['Node', process.versions.node],
      ['Fastify', ofPackage('../../node_modules/fastify/package.json')],
      ['BullMQ', ofPackage('../../node_modules/bullmq/package.json')],
      [redis?.includes('valkey') ? 'Valkey' : 'Redis', ofProgram(redis, '--version')],
      ['nginx', ofProgram(findProgram(systemPrograms.nginx.names), '-v')],
    ].filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function ofPackage(path: string): string {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version
}

/** The first that looks like a version of what it says: nginx says it where others say errors. */
function ofProgram(program: string | undefined, flag: string): string | undefined {
  if (program === undefined) return undefined
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' })
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0]
}
