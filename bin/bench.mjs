// `npm run bench`: prepares what the benchmarks need, then runs them. Arguments go on.
import { usage } from '../bench/usage.mjs'
import { runPrepared } from './run.mjs'
import { preload } from './setup.mjs'

const args = process.argv.slice(2)
const needsBrowser = ['page', 'lighthouse', 'leak'].some((name) => args.includes(name))

if (args.includes('--help') || args.includes('-h')) console.log(usage)
else
  runPrepared(
    ['redis', 'nginx', needsBrowser ? 'chromium' : 'wrk'],
    [...preload, 'bench/main.ts', ...args],
  )
