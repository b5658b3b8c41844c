// `npm run test:chaos`: prepares what the stack needs, then breaks it. Arguments go on.
import { runPrepared } from './run.mjs'
import { preload } from './setup.mjs'

runPrepared(['redis', 'nginx'], [...preload, 'test/chaos/main.ts', ...process.argv.slice(2)])
