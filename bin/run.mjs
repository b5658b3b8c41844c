import { spawn } from 'node:child_process'
import { nodeBinary, prepare, root, SetupError, useCompileCache } from './setup.mjs'

/**
 * Prepares what a script of this project needs, then runs it on the Node.js that it needs, and ends as it
 * does. Signals are passed on, so that it can end what it has started.
 *
 * @param {readonly import('./programs.mjs').ProgramKey[]} programs of the system
 * @param {readonly string[]} args of node, the script's path from the project's folder among them
 */
export function runPrepared(programs, args) {
  try {
    prepare(programs)
    useCompileCache()
    const child = spawn(nodeBinary(), args, { cwd: root, stdio: 'inherit' })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
      process.on(signal, () => child.kill(signal))
    child.on('exit', (code) => process.exit(code ?? 1))
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`unblock: ${error.message}`)
    process.exitCode = 1
  }
}
