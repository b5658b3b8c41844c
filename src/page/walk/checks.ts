import type { Fleet } from '../../api/fleet.ts'
import type { Sample } from '../bystander/samples.ts'
import { type Scale, scaleOf } from '../scale/commands.ts'
import { duration, milliseconds } from '../words.ts'
import type { Entry, Executor } from '../work/entries.ts'
import { type Felt, feltDuring, feltSince } from './felt.ts'
import type { Seen } from './seen.ts'

/** What a step is judged by. All of it was seen by this page after the step began. */
export interface Facts {
  /** Milliseconds of the epoch, as all times here. */
  begunAt: number
  now: number
  /** Undefined while there is no news of it. */
  fleet: Fleet | undefined
  seen: Seen
  /** The bystander's requests: those that have ended, and when those were due that wait. */
  samples: readonly Sample[]
  pending: readonly number[]
  /** What the step has run, newest first. */
  entries: readonly Entry[]
}

export interface Condition {
  text: string
  isMet: boolean
}

export interface Verdict {
  conditions: readonly Condition[]
  /** All of them are met. */
  isDone: boolean
  /** The step's run, if it was started and has not ended. */
  isRunning: boolean
  /** Why this attempt will not get there any more. */
  failed: string | undefined
  /** What was seen, in a sentence; '' before there is something to say. */
  measured: string
  /** The bystander's longest wait, and how long the task ran, in milliseconds. */
  maxMs: number | undefined
  runMs: number | undefined
}

export type Check = (facts: Facts) => Verdict

/** News of the fleet may be late: so long is waited for them after a run has ended. */
const newsMs = 3000

/** Fewer light requests than these say nothing; a task of 3 s sees fifteen. */
const enough = 5

/** One server, its event loop blocked: everybody waits. */
export const onEventLoop: Check = (facts) => {
  const run = newestRun(facts, 'event-loop')
  const felt = run && feltSince(facts, run)
  const { maxMs = 0 } = felt ?? {}
  const runMs = run?.runMs
  return judge(facts, run, {
    conditions: [
      hasServers(facts, 1),
      ran(run, 'The task has run on its event loop'),
      wasBlocked(facts, run),
      {
        text: 'The bystander waited at least half as long as the task ran',
        isMet: runMs !== undefined && maxMs >= runMs / 2,
      },
    ],
    felt,
    measured:
      runMs === undefined
        ? ''
        : `The bystander waited ${milliseconds(maxMs)} at most; the task held the event loop for ${milliseconds(runMs)}.`,
  })
}

/** The same elsewhere: nobody notices. */
export const elsewhere =
  (executor: 'thread' | 'queue'): Check =>
  (facts) => {
    const run = newestRun(facts, executor)
    const felt = run && feltDuring(facts, run)
    const { maxMs = 0, count = 0, failed = 0, isComplete = false } = felt ?? {}
    const runMs = run?.runMs
    const onQueue = executor === 'queue'
    return judge(facts, run, {
      conditions: [
        hasServers(facts, 1),
        ...(onQueue ? [hasWorkers(facts)] : []),
        ran(run, onQueue ? 'A worker has done the job' : 'The task has run on a thread'),
        {
          text: 'The bystander never waited for a tenth of that',
          isMet:
            runMs !== undefined &&
            isComplete &&
            failed === 0 &&
            count >= enough &&
            maxMs < runMs / 10,
        },
      ],
      felt,
      measured:
        runMs === undefined || count === 0
          ? ''
          : `The bystander asked ${count} times meanwhile and waited ${milliseconds(maxMs)} at most; the task ran for ${milliseconds(runMs)}.`,
      unmet:
        count < enough
          ? 'The bystander has asked too seldom meanwhile: it rests while this page is hidden.'
          : 'That is more than a tenth: something else keeps this machine busy.',
    })
  }

/** One of three blocked: the others answer. */
export const oneOfThree: Check = (facts) => {
  const run = newestRun(facts, 'event-loop')
  const felt = run && feltDuring(facts, run)
  const others = felt?.others ?? { names: [], count: 0, medianMs: 0 }
  const runMs = run?.runMs
  const ended = runMs !== undefined
  const { names, count, medianMs } = others
  const late = felt?.late ?? { count: 0, maxMs: 0 }
  const stuck = late.count === 1 ? '1 light request was' : `${late.count} light requests were`
  return judge(facts, run, {
    conditions: [
      hasServers(facts, 3),
      ran(run, 'The task has run on the event loop of one'),
      wasBlocked(facts, run),
      {
        text: 'Both others answered the bystander meanwhile',
        isMet: ended && names.length >= 2 && felt?.failed === 0,
      },
      {
        text: 'Half of these answers came within a tenth of the time',
        isMet: ended && count >= enough && medianMs < runMs / 10,
      },
    ],
    felt,
    measured:
      runMs === undefined || count === 0
        ? ''
        : `${names.join(' and ')} gave ${count} answers meanwhile, half of them within ${milliseconds(medianMs)}; ` +
          `${run?.server} was blocked for ${milliseconds(runMs)}` +
          (late.count > 0
            ? `, and ${stuck} with it, for ${milliseconds(late.maxMs)} at most.`
            : '.'),
    unmet:
      count < enough
        ? 'The bystander had too few answers meanwhile: it rests while this page is hidden.'
        : 'That is not what was to be seen: something else keeps this machine busy.',
  })
}

/** A worker that is killed: its job is done all the same. */
export const killedWorker: Check = (facts) => {
  const { lost, ranOn } = facts.seen
  const run = newestRun(facts, 'queue')
  const [first] = ranOn
  const attempts = run?.attempts ?? 0
  return judge(facts, run, {
    conditions: [
      hasWorkers(facts),
      { text: `${first ?? 'A worker'} has taken the job`, isMet: first !== undefined },
      {
        text: `${first ?? 'That worker'} was killed`,
        isMet: first !== undefined && lost.includes(first),
      },
      { text: 'The job was taken a second time', isMet: attempts >= 2 },
      ran(run, 'The job is completed'),
    ],
    felt: undefined,
    measured:
      run?.state === 'completed' && first !== undefined && attempts >= 2
        ? `The job was taken ${attempts} times: first by ${first}, which was killed, and last by ` +
          `${run.worker === first ? `${first}, started again` : run.worker}. It has one end, ${took(run)} after it was asked for.`
        : '',
    unmet: 'The job was done before its worker was killed.',
  })
}

const took = ({ sentAt, endedAt = sentAt }: Entry) => duration(endedAt - sentAt)

/** The run that is judged: the newest of the step's. */
export const newestRun = (
  { entries, begunAt }: Pick<Facts, 'entries' | 'begunAt'>,
  executor: Executor,
): Entry | undefined =>
  entries.find((entry) => entry.executor === executor && entry.sentAt >= begunAt)

const scale = ({ fleet }: Facts): Scale => (fleet ? scaleOf(fleet) : { server: 0, worker: 0 })

const hasServers = (facts: Facts, number: 1 | 3): Condition => ({
  text: number === 1 ? 'There is one server' : 'There are three servers',
  isMet: scale(facts).server === number,
})

const hasWorkers = (facts: Facts): Condition => ({
  text: 'There is a worker',
  isMet: scale(facts).worker > 0,
})

const ran = (run: Entry | undefined, text: string): Condition => ({
  text,
  isMet: run?.state === 'completed',
})

function wasBlocked({ seen }: Facts, run: Entry | undefined): Condition {
  // Who runs it is known when it is done; until then, whoever is blocked is that one.
  const name = run?.server ?? (run && Object.keys(seen.blocked)[0])
  const isMet = name !== undefined && seen.blocked[name] !== undefined
  return { text: `${name ?? 'The server'} was seen blocked`, isMet }
}

interface Findings {
  conditions: readonly Condition[]
  felt: Felt | undefined
  measured: string
  /** What is to be said when the run is over and has not shown it. */
  unmet?: string
}

/** Whether all that is to be seen of a run that is over has been. */
const hasNews = ({ fleet, now }: Facts, { endedAt = now }: Entry) =>
  fleet !== undefined && now > endedAt + newsMs

const unanswered = (number: number) =>
  `${number === 1 ? 'A request' : `${number} requests`} of the bystander failed meanwhile: no server could be reached, or none was well.`

function judge(facts: Facts, run: Entry | undefined, findings: Findings): Verdict {
  const { conditions, felt, measured, unmet = 'That is not what was to be seen.' } = findings
  const isDone = run !== undefined && conditions.every(({ isMet }) => isMet)
  const isOver = run?.endedAt !== undefined
  let failed: string | undefined
  if (run?.state === 'cancelled') failed = 'The run was cancelled.'
  else if (run?.state === 'failed') failed = `The run has failed: ${run.error ?? 'nobody says why'}`
  else if (isOver && !isDone && hasNews(facts, run) && felt?.isComplete !== false)
    failed = felt?.failed ? unanswered(felt.failed) : unmet
  return {
    conditions,
    isDone,
    isRunning: run !== undefined && !isOver,
    failed,
    measured,
    maxMs: felt?.maxMs,
    runMs: run?.runMs,
  }
}
