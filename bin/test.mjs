// `npm test`: prepares what the tests need, then runs them. Arguments go on to node's test runner:
// options, or the files to run instead of all.
import { spawn } from 'node:child_process'
import { nodeBinary, preload, prepare, root, SetupError, useCompileCache } from './setup.mjs'

/** test/compose needs a Docker engine: .ci/run runs it. */
const ALL = [
  'src/**/*.test.ts',
  'bin/**/*.test.mjs',
  'examples/**/*.test.ts',
  'test/system/**/*.test.ts',
  'test/chaos/**/*.test.ts',
  'test/browser/**/*.test.ts',
]

const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('-'))
const files = args.filter((arg) => !arg.startsWith('-'))

try {
  prepare(['redis', 'nginx', 'chromium'])
  useCompileCache()
  const child = spawn(
    nodeBinary(),
    [
      ...preload,
      '--test',
      // Each system test starts a stack of six processes: more at once would only slow each other.
      '--test-concurrency=2',
      '--test-timeout=120000',
      ...options,
      ...(files.length > 0 ? files : ALL),
    ],
    { cwd: root, stdio: 'inherit' },
  )
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`unblock: ${error.message}`)
  process.exitCode = 1
}
