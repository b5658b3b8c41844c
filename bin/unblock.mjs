#!/usr/bin/env node
// The command `unblock`. It runs on the Node.js that the machine has (20 or newer), prepares what is
// missing, and hands over to src/cli.ts, which needs a newer one.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  forLoad,
  isNewEnough,
  nodeBinary,
  preload,
  prepare,
  SetupError,
  useCompileCache,
} from './setup.mjs'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const args = process.argv.slice(2)
const isGenerator = measures(args)

try {
  prepare(startsTheStack(args) ? ['redis', 'nginx'] : [])
  useCompileCache()
  const options = isGenerator ? forLoad : []
  if (isNewEnough() && options.length === 0) {
    process.argv[1] = cli
    await import('./bundle/preload.mjs') // for this thread: those of `unblock server` start a little later
    await import(cli)
  } else runIn(nodeBinary(), options)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`unblock: ${error.message}`)
  process.exitCode = 1
}

/**
 * `measure` does where it is given no target, and `plan` whenever it measures.
 *
 * @param {readonly string[]} args
 */
function startsTheStack(args) {
  if (args.includes('--help') || args.includes('-h')) return false
  const hasTarget = args.some((arg) => /^--target(=|$)/.test(arg))
  return args[0] === 'up' || (measures(args) && !hasTarget)
}

/**
 * Makes load: `measure`, and `plan` where it is given no run to start from, or is to be verified.
 *
 * @param {readonly string[]} args
 */
function measures(args) {
  if (args[0] !== 'plan' || args.includes('--help') || args.includes('-h'))
    return args[0] === 'measure'
  const has = (/** @type {string} */ name) =>
    args.some((arg) => arg === name || arg.startsWith(`${name}=`))
  return has('--verify') || (has('--rate') && !has('--from'))
}

/**
 * Runs the command in a Node.js of its own, that is new enough, and is as good as it: input and output are its
 * own, signals go on to it, its end is this one's. The channel between the two tells it when this
 * process started, and that this process has died where it could not say so.
 *
 * What makes load gets a session of its own, since Linux shares out the cores by session (sched(7), autogroup):
 * in the one where the service was started, a generator with a higher priority would starve it.
 *
 * @param {string} node
 * @param {readonly string[]} options of Node, which must be there from its start
 */
function runIn(node, options) {
  const child = spawn(node, [...options, ...preload, cli, ...args], {
    detached: isGenerator,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  child.send({ type: 'started', at: performance.timeOrigin }, () => {})
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGWINCH']
  // Without a session of its own, the child gets Ctrl-C from the terminal as well; it takes two at once for one.
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
