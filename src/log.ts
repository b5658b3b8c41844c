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
/** What is said of an event, in words for people. */
type Word<Fields> = (fields: Fields) => string
type Write = <Fields extends object>(level: Level, fields: Fields, word: Word<Fields>) => void

/** A line that is not worded yet. */
interface Entry {
  /** Milliseconds since 1970. */
  at: number
  level: Level
  fields: object
  word: Word<never>
}

/**
 * The log of one instance, on standard output. Lines are worded when they leave, many at a time: one by one,
 * between all that a request needs besides, it took a server three times as long.
 */
export function createLog(
  instance: string,
  { logFormat, logLevel }: Pick<Config, 'logFormat' | 'logLevel'>,
): Log {
  const render = logFormat === 'json' ? jsonLines(instance) : textLines(instance)
  const out = createOutput(1, render)
  const isEnabled = enabledLevels(logLevel)
  const write: Write = (level, fields, word) => {
    if (isEnabled[level]) out.add({ at: Date.now(), level, fields, word })
  }
  return { ...sentences(write), flush: out.flush }
}

function enabledLevels(logLevel: Config['logLevel']): Record<Level, boolean> {
  const { info, warn, error } = pino.levels.values
  const least = pino.levels.values[logLevel] ?? Number.POSITIVE_INFINITY // silent
  return { info: info! >= least, warn: warn! >= least, error: error! >= least }
}

function textLines(instance: string): (entries: readonly Entry[]) => string {
  const timeOf = clock()
  return (entries) => {
    let text = ''
    for (const { at, level, fields, word } of entries) {
      const mark = level === 'info' ? '' : `${level}: `
      text += `${timeOf(at)} ${instance} ${mark}${oneLine(word(fields as never))}\n`
    }
    return text
  }
}

function jsonLines(instance: string): (entries: readonly Entry[]) => string {
  let text = ''
  let now = 0
  const timestamp = () => `,"time":"${new Date(now).toISOString()}"`
  const destination = {
    write(line: string) {
      text += line
    },
  }
  const logger = pino({ base: { instance }, timestamp }, destination)
  return (entries) => {
    text = ''
    for (const { at, level, fields, word } of entries) {
      now = at
      logger[level](fields, word(fields as never))
    }
    return text
  }
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
function clock(): (at: number) => string {
  let last = 0
  let text = ''
  return (at) => {
    if (at !== last) {
      last = at
      text = new Date(at).toISOString().slice(11, 23)
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
    hit: (r) => write('info', r, words.hit),
    done: (r) => write('info', r, words.done),
    jobStarted: (j) => write('info', j, words.jobStarted),
    jobEnded: (j) => write(j.state === 'failed' ? 'warn' : 'info', j, words.jobEnded),
    jobLost: (j) => write('warn', j, words.jobLost),
    jobHandedBack: (j) => write('info', j, words.jobHandedBack),
    listening: (address) => write('info', { address }, words.listening),
    draining: (reason) => write('info', { reason }, words.draining),
    stopped: () => write('info', {}, () => 'stopped'),
    redisLost: (detail) => write('warn', { detail }, words.redisLost),
    redisBack: () => write('info', {}, () => 'redis is back'),
    trouble(what, error) {
      if (saidLately(what)) return
      const detail = error instanceof Error ? error.message : String(error)
      write('error', { what, detail }, words.trouble)
    },
  }
}

const words = {
  hit: (r: RequestFields) => `hit ${r.method} ${r.path} request=${r.requestId}`,
  done(r: Parameters<Log['done']>[0]) {
    const how = r.left ? 'client left' : r.status
    return `done ${r.method} ${r.path} ${how} in ${r.ms.toFixed(1)} ms request=${r.requestId}`
  },
  jobStarted(j: Parameters<Log['jobStarted']>[0]) {
    const again = j.attempt > 1 ? ` attempt=${j.attempt}` : ''
    return `start job=${j.job} task=${j.task}${again} request=${j.requestId}`
  },
  jobEnded(j: Parameters<Log['jobEnded']>[0]) {
    const why = j.detail === undefined ? '' : `: ${j.detail}`
    const ms = j.runMs.toFixed(1)
    return `end job=${j.job} task=${j.task} ${j.state} in ${ms} ms request=${j.requestId}${why}`
  },
  jobLost: (j: JobFields) =>
    `lost job=${j.job} task=${j.task} request=${j.requestId}: its lock expired`,
  jobHandedBack: (j: JobFields) => `hand back job=${j.job} task=${j.task} request=${j.requestId}`,
  listening: ({ address }: { address: string }) => `listening on ${address}`,
  draining: ({ reason }: { reason: string }) => `draining (${reason})`,
  redisLost: ({ detail }: { detail: string }) => `redis is away: ${detail}`,
  trouble: ({ what, detail }: { what: string; detail: string }) => `${what}: ${detail}`,
}
