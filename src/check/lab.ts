import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { extname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../config.ts'
import { UsageError } from '../usage-error.ts'
import { type Clock, clockArguments } from './clock.ts'
import type {
  Description,
  LabAnswer,
  LabMessage,
  LabRequest,
  RunRequest,
  RunResult,
  Subject,
} from './lab-messages.ts'
import { killLab, markName } from './processes.ts'

const main = fileURLToPath(new URL(`./lab-main${extname(import.meta.filename)}`, import.meta.url))

/** To start the process, load the task and start a thread, on a busy machine, in milliseconds. */
const loadMs = 20_000

/** Beyond its deadline a run may take so long to say that it has passed it: a thread may have to start and to end. */
const marginMs = 10_000
/** There is nothing to start where it is, so it cannot say it since it is blocked. */
const loopMarginMs = 2000

/** A process that runs the task. It is started when it is asked something, and again after its death. */
export interface Lab {
  /** @throws {UsageError} where the task does not load */
  describe(): Promise<Description>
  costs(params: Record<string, unknown>[]): Promise<number[]>
  run(request: Omit<RunRequest, 'kind'>): Promise<RunResult>
  /** Bytes on its standard output so far. */
  written(): number
  /** Ends the process, and all that the task has started; it is started again where something is asked later. */
  close(): void
}

type Answered =
  | LabAnswer
  /** `early`: how the run ended before that. */
  | { died: string; uncaught: boolean; early: RunResult | undefined }
  | { silent: true }

/** The labs that are there: none outlives the command, whatever ends it. */
const labs = new Set<Lab>()
process.on('exit', () => {
  for (const lab of labs) lab.close()
})

export function createLab(subject: Subject, clock: Clock = 'true'): Lab {
  let child: ChildProcess | undefined
  let written = 0
  let end = () => {}

  function start(): ChildProcess {
    const mark = randomUUID()
    const started = fork(main, [JSON.stringify({ subject, mark })], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // It leads a group of processes, which is ended as a whole.
      detached: true,
      env: childEnvironment({ [markName]: mark }),
      execArgv: [
        // A user's folder need not have a package.json that says that its files are modules.
        '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
        ...clockArguments(clock),
      ],
    })
    started.stdout?.on('data', (bytes: Buffer) => {
      written += bytes.length
    })
    started.stderr?.resume()
    end = () => {
      if (started.pid !== undefined) killLab({ pid: started.pid, mark })
      if (child === started) child = undefined
      labs.delete(lab)
    }
    started.once('exit', end)
    started.on('error', () => {}) // it has died meanwhile, which is told by its exit
    labs.add(lab)
    return started
  }

  function ask(request: LabRequest, patienceMs: number): Promise<Answered> {
    child ??= start()
    const asked = child
    const { promise, resolve } = Promise.withResolvers<Answered>()
    let early: RunResult | undefined
    let uncaught: string | undefined
    const timer = setTimeout(() => {
      resolve({ silent: true })
      end()
    }, patienceMs)
    const onMessage = (message: LabMessage) => {
      if ('early' in message) early = message.early
      else if ('uncaught' in message) uncaught = message.uncaught
      else resolve(message)
    }
    const onExit = async (code: number | null, signal: string | null) => {
      // What it has said at last may still be on its way.
      if (asked.connected) await Promise.race([once(asked, 'disconnect'), sleep(500)])
      const died = uncaught ?? signal ?? `exit code ${code}`
      resolve({ died, uncaught: uncaught !== undefined, early })
    }
    asked.on('message', onMessage)
    asked.once('exit', onExit)
    asked.send(request)
    return promise.finally(() => {
      clearTimeout(timer)
      asked.off('message', onMessage)
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

  async function run(request: Omit<RunRequest, 'kind'>): Promise<RunResult> {
    const { on, timeoutMs, settleMs = 0 } = request
    if (child === undefined) await askLoaded({ kind: 'describe' })
    const patienceMs = timeoutMs + settleMs + (on === 'thread' ? marginMs : loopMarginMs)
    const answer = await ask({ kind: 'run', ...request }, patienceMs)
    if ('value' in answer) return answer.value as RunResult
    const ill = { ok: false as const, cpuMs: 0 }
    if ('silent' in answer)
      return { ...ill, reason: 'deadline', message: `ran past its deadline of ${timeoutMs} ms` }
    if (!('died' in answer)) throw new UsageError(answer.message)
    const { died, uncaught, early } = answer
    if (early !== undefined) return { ...early, crashed: died }
    const message = `its process ended: ${died}`
    return { ...ill, reason: 'process died', message, ...(uncaught ? { uncaught } : {}) }
  }

  const lab: Lab = {
    describe: () => askLoaded({ kind: 'describe' }) as Promise<Description>,
    costs: (params) => askLoaded({ kind: 'costs', params }) as Promise<number[]>,
    run,
    written: () => written,
    close: () => end(),
  }
  return lab
}
