// `npm run bench`: prepares what the benchmarks need, then runs them. Arguments go on.
import { runPrepared } from './run.mjs'
import { preload } from './setup.mjs'

const args = process.argv.slice(2)
const needsBrowser = ['page', 'lighthouse', 'leak'].some((name) => args.includes(name))

runPrepared(
  ['redis', 'nginx', needsBrowser ? 'chromium' : 'wrk'],
  [...preload, 'bench/main.ts', ...args],
)
