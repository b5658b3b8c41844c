// `npm run test:chaos`: prepares what the stack needs, then breaks it. Arguments go on.
import { spawn } from 'node:child_process'
import { nodeBinary, preload, prepare, root, SetupError, useCompileCache } from './setup.mjs'

try {
  prepare(['redis', 'nginx'])
  useCompileCache()
  const args = [...preload, `${root}test/chaos/main.ts`, ...process.argv.slice(2)]
  const child = spawn(nodeBinary(), args, { cwd: root, stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`unblock: ${error.message}`)
  process.exitCode = 1
}
