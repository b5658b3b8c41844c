// `npm run bench`: prepares what the benchmarks need, then runs them. Arguments go on.
import { runPrepared } from './run.mjs'
import { preload } from './setup.mjs'

runPrepared(['redis', 'nginx', 'wrk'], [...preload, 'bench/main.ts', ...process.argv.slice(2)])
