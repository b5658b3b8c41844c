// `npm test`: prepares what the tests need, then runs them. Arguments go on to node's test runner:
// options, or the files to run instead of all.
import { runPrepared } from './run.mjs'
import { preload } from './setup.mjs'

/** test/compose needs a Docker engine: .ci/run runs it. */
const ALL = [
  'src/**/*.test.ts',
  'bin/**/*.test.mjs',
  'bench/**/*.test.ts',
  'examples/**/*.test.ts',
  'test/system/**/*.test.ts',
  'test/chaos/**/*.test.ts',
  'test/browser/**/*.test.ts',
]

const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('-'))
const files = args.filter((arg) => !arg.startsWith('-'))

runPrepared(
  ['redis', 'nginx', 'chromium'],
  [
    ...preload,
    '--test',
    // Each system test starts a stack of six processes: more at once would only slow each other.
    '--test-concurrency=2',
    '--test-timeout=120000',
    ...options,
    ...(files.length > 0 ? files : ALL),
  ],
)
