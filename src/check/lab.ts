import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../usage-error.ts'
import type {
  Description,
  LabAnswer,
  LabRequest,
  RunRequest,
  RunResult,
  Subject,
} from './lab-messages.ts'

const main = fileURLToPath(new URL(`./lab-main${extname(import.meta.filename)}`, import.meta.url))

/** To start the process, load the task and start a thread, on a busy machine, in milliseconds. */
const loadMs = 20_000

/** Beyond its deadline a run may take so long to say that it has passed it: a process may have to start. */
const marginMs = 10_000

/** A process that runs the task. It is started when it is asked something, and again after its death. */
export interface Lab {
  /** @throws {UsageError} where the task does not load */
  describe(): Promise<Description>
  costs(params: Record<string, unknown>[]): Promise<number[]>
  run(request: Omit<RunRequest, 'kind'>): Promise<RunResult>
  /** Bytes on its standard output so far. */
  written(): number
  /** Ends the process; it is started again where something is asked later. */
  close(): void
}

type Answered = LabAnswer | { died: string } | { silent: true }

export function createLab(subject: Subject): Lab {
  let child: ChildProcess | undefined
  let written = 0

  function start(): ChildProcess {
    const started = fork(main, [JSON.stringify(subject)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A user's folder need not have a package.json that says that its files are modules.
      execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    })
    started.stdout?.on('data', (bytes: Buffer) => {
      written += bytes.length
    })
    started.stderr?.resume()
    started.once('exit', () => {
      if (child === started) child = undefined
    })
    started.on('error', () => {}) // it has died meanwhile, which is told by its exit
    return started
  }

  function ask(request: LabRequest, patienceMs: number): Promise<Answered> {
    child ??= start()
    const asked = child
    const { promise, resolve } = Promise.withResolvers<Answered>()
    const timer = setTimeout(() => {
      resolve({ silent: true })
      asked.kill('SIGKILL')
      if (child === asked) child = undefined
    }, patienceMs)
    const onExit = (code: number | null, signal: string | null) =>
      resolve({ died: signal ?? `exit code ${code}` })
    asked.once('message', resolve)
    asked.once('exit', onExit)
    asked.send(request)
    return promise.finally(() => {
      clearTimeout(timer)
      asked.off('message', resolve)
      asked.off('exit', onExit)
    })
  }

  /** For what only loads the task: it is the user's mistake where that fails. */
  async function askLoaded(request: LabRequest): Promise<unknown> {
    const answer = await ask(request, loadMs)
    if ('value' in answer) return answer.value
    const file = subject.file || subject.task
    if ('silent' in answer)
      throw new UsageError(`${file}: does not load: it had not after ${loadMs / 1000} s`)
    if ('died' in answer)
      throw new UsageError(`${file}: does not load: it ends the process (${answer.died})`)
    throw new UsageError(answer.message)
  }

  return {
    describe: () => askLoaded({ kind: 'describe' }) as Promise<Description>,
    costs: (params) => askLoaded({ kind: 'costs', params }) as Promise<number[]>,
    async run(request) {
      const answer = await ask({ kind: 'run', ...request }, request.timeoutMs + marginMs)
      if ('value' in answer) return answer.value as RunResult
      const end = { ok: false as const, cpuMs: 0 }
      if ('died' in answer)
        return { ...end, reason: 'process died', message: `its process ended: ${answer.died}` }
      if ('silent' in answer)
        return {
          ...end,
          reason: 'deadline',
          message: `ran past its deadline of ${request.timeoutMs} ms`,
        }
      throw new UsageError(answer.message)
    },
    written: () => written,
    close() {
      child?.kill('SIGKILL')
      child = undefined
    },
  }
}
