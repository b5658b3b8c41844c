import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findProgram, systemPrograms } from '../bin/programs.mjs'
import { startUnblock } from './systems/unblock.ts'

/**
 * What Lighthouse says of the page, on the local stack: performance, accessibility and best practices,
 * from 0 to 100. Its package, with a hundred dependencies, is fetched when this runs and is none of ours.
 */
export type Scores = Record<'performance' | 'accessibility' | 'best-practices', number>

const version = '13.5.0'
const categories = ['performance', 'accessibility', 'best-practices'] as const

export async function measureLighthouse(): Promise<Scores> {
  const chromium = findProgram(systemPrograms.chromium.names)
  if (chromium === undefined) throw new Error('Chromium is not installed')
  const system = await startUnblock({ servers: 3, workers: 1 })
  try {
    const { stdout } = await promisify(execFile)(
      'npm',
      [
        'exec',
        '--yes',
        `--package=lighthouse@${version}`,
        '--',
        'lighthouse',
        system.url,
        '--quiet',
        '--output=json',
        '--preset=desktop',
        `--only-categories=${categories}`,
        '--chrome-flags=--headless --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update --disable-sync',
      ],
      { env: { ...process.env, CHROME_PATH: chromium }, maxBuffer: 64 << 20 },
    )
    const report = JSON.parse(stdout) as { categories: Record<string, { score: number }> }
    const scores = categories.map((name) => [
      name,
      Math.round(report.categories[name]!.score * 100),
    ])
    return Object.fromEntries(scores) as Scores
  } finally {
    await system.stop()
  }
}
