// `npm run bench`: prepares what the benchmarks need, then runs them. Arguments go on.
import { spawn } from 'node:child_process'
import { nodeBinary, preload, prepare, root, SetupError } from './setup.mjs'

try {
  prepare(['redis', 'nginx', 'wrk'])
  const args = [...preload, `${root}bench/main.ts`, ...process.argv.slice(2)]
  const child = spawn(nodeBinary(), args, { cwd: root, stdio: 'inherit' })
  child.on('exit', (code) => process.exit(code ?? 1))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`unblock: ${error.message}`)
  process.exitCode = 1
}
