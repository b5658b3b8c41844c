// Runs bin/page/build.mjs or bin/page/dev.mjs on the Node.js that they need.
import { runPrepared } from '../run.mjs'

const [script = 'build', ...args] = process.argv.slice(2)
runPrepared([], [`bin/page/${script}.mjs`, ...args])
