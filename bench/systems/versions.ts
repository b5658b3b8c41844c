import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Versions } from './installed.ts'
import { found } from './processes.ts'

export function unblockVersions(): Versions {
  return {
    Unblock: versionIn('../../package.json'),
    Redis: versionOf(found('redis'), '--version'),
    nginx: versionOf(found('nginx'), '-v'),
  }
}

export function fastifyBullmqVersions(): Versions {
  return {
    Fastify: versionIn('../../node_modules/fastify/package.json'),
    BullMQ: versionIn('../../node_modules/bullmq/package.json'),
  }
}

function versionIn(path: string): string {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version
}

/** The first that looks like a version in what it says: nginx says it where others say errors. */
function versionOf(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' })
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown'
}
