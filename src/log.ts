import pino from 'pino'
import type { Config } from './config.ts'
import { createOutput } from './log-output.ts'

/**
 * Every log line of a server or worker is worded here, once: code elsewhere says what happened
 * (`log.jobStarted(…)`), this file says it in a sentence (for people) and in fields (for machines).
 */
export interface Log {
  /** A request has arrived; written before any of its work begins. */
  hit(request: RequestFields): void
  /** A request has been answered, or its client has left. */
  done(request: RequestFields & { status: number; ms: number; left: boolean }): void
  jobStarted(job: JobFields & { attempt: number }): void
  jobEnded(job: JobFields & { state: string; runMs: number; detail?: string }): void
  jobHandedBack(job: JobFields): void
  /** Its lock has expired, and another worker has it or will. */
  jobLost(job: JobFields): void
  listening(address: string): void
  draining(reason: string): void
  stopped(): void
  redisLost(detail: string): void
  redisBack(): void
  /** Something went wrong that no client is told of. The same `what` is said once a second at most. */
  trouble(what: string, error: unknown): void
  /** Resolves when all lines are out: before the loop is blocked, and before the process ends. */
  flush(): Promise<void>
}

interface RequestFields {
  method: string
  path: string
  requestId: string
}

interface JobFields {
  job: string
  task: string
  requestId: string
}

type Level = 'info' | 'warn' | 'error'
type Write = (level: Level, fields: object, sentence: string) => void

/** The log of one instance, on standard output. */
export function createLog(
  instance: string,
  { logFormat, logLevel }: Pick<Config, 'logFormat' | 'logLevel'>,
): Log {
  const out = createOutput(1)
  const logger = pino(
    { level: logLevel, base: { instance }, timestamp: pino.stdTimeFunctions.isoTime },
    out,
  )
  const time = clock()
  const asText: Write = (level, _fields, sentence) => {
    if (!logger.isLevelEnabled(level)) return
    const mark = level === 'info' ? '' : `${level}: `
    out.write(`${time()} ${instance} ${mark}${oneLine(sentence)}\n`)
  }
  const asJson: Write = (level, fields, sentence) => logger[level](fields, sentence)
  return { ...sentences(logFormat === 'json' ? asJson : asText), flush: out.flush }
}

/** A message may hold what a client sent: it must not look like lines of ours, or command a terminal. */
function oneLine(sentence: string): string {
  return hasControl.test(sentence) ? sentence.replaceAll(control, escaped) : sentence
}

const controls = '[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]'
const hasControl = new RegExp(controls)
const control = new RegExp(controls, 'g')

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The time of day, UTC, to the millisecond; written out once a millisecond. */
function clock(): () => string {
  let at = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = new Date(now).toISOString().slice(11, 23)
    }
    return text
  }
}

/** A log that says nothing, for code that runs without a process of its own. */
export const silentLog: Log = { ...sentences(() => {}), async flush() {} }

function sentences(write: Write): Omit<Log, 'flush'> {
  const saidAt = new Map<string, number>()
  const saidLately = (what: string) => {
    const now = performance.now()
    if (now - (saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < 1000) return true
    saidAt.set(what, now)
    return false
  }
  return {
    hit: (r) => write('info', r, `hit ${r.method} ${r.path} request=${r.requestId}`),
    done(r) {
      const how = r.left ? 'client left' : r.status
      write(
        'info',
        r,
        `done ${r.method} ${r.path} ${how} in ${r.ms.toFixed(1)} ms request=${r.requestId}`,
      )
    },
    jobStarted(j) {
      const again = j.attempt > 1 ? ` attempt=${j.attempt}` : ''
      write('info', j, `start job=${j.job} task=${j.task}${again} request=${j.requestId}`)
    },
    jobEnded(j) {
      const why = j.detail === undefined ? '' : `: ${j.detail}`
      write(
        j.state === 'failed' ? 'warn' : 'info',
        j,
        `end job=${j.job} task=${j.task} ${j.state} in ${j.runMs.toFixed(1)} ms request=${j.requestId}${why}`,
      )
    },
    jobLost: (j) =>
      write('warn', j, `lost job=${j.job} task=${j.task} request=${j.requestId}: its lock expired`),
    jobHandedBack: (j) =>
      write('info', j, `hand back job=${j.job} task=${j.task} request=${j.requestId}`),
    listening: (address) => write('info', { address }, `listening on ${address}`),
    draining: (reason) => write('info', { reason }, `draining (${reason})`),
    stopped: () => write('info', {}, 'stopped'),
    redisLost: (detail) => write('warn', { detail }, `redis is away: ${detail}`),
    redisBack: () => write('info', {}, 'redis is back'),
    trouble(what, error) {
      if (saidLately(what)) return
      const detail = error instanceof Error ? error.message : String(error)
      write('error', { what, detail }, `${what}: ${detail}`)
    },
  }
}
