import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleaner } from '../fixtures/at-end.ts'
import { Client } from './client.ts'
import { INSPECTABLE, settledMemory } from './garbage.ts'
import { type KnownTask, knownTasks } from './known-tasks.ts'
import { isWhole, Ledger, sum } from './ledger.ts'
import { requestRows, socketOf } from './mixed.ts'
import { type Random, seededRandom } from './random.ts'
import { readyStack } from './ready-stack.ts'
import { settle } from './settle.ts'
import { countsText, type Row, table } from './table.ts'
import { jobIdIn, Tally } from './tally.ts'
import { Watching } from './watching.ts'

export interface CancellingOptions {
  jobs: number
  seed: number
  json: boolean
}

/** When jobs were cancelled. */
type Moment = 'waiting' | 'running' | 'ended already' | 'no answer'

interface Round {
  ledger: Ledger
  tally: Tally
  moments: Record<Moment, number>
  /** Answers to DELETE that the contract does not allow. */
  wrongAnswers: string[]
}

const SERVERS = 2
const WORKERS = 2
/** Jobs at a time: some run, the others wait. */
const AT_ONCE = 24
const FIRST_GUESS_MS = 300
const LEARNING = 1.2
const LONGEST_MS = 10_000
const SETTLE_MS = 120_000
const MEMORY_TOLERANCE = 0.05

/**
 * Jobs that are cancelled at random moments: while they wait, while they run, just when they end. One
 * terminal state each; afterwards every thread is there, none has work, and memory is what it was after a
 * round of the same before.
 * @returns whether all of that holds
 */
export async function cancelling(t: Cleaner, options: CancellingOptions): Promise<boolean> {
  const { jobs, seed, json } = options
  const tasks = await knownTasks({ short: true })
  const env = { LOG_LEVEL: 'warn', ...INSPECTABLE }
  const stack = await readyStack(t, { servers: SERVERS, workers: WORKERS, env })
  const client = new Client(stack.url)
  const threads = () => threadsOf(WORKERS, (name) => socketOf(stack, name))
  const random = seededRandom(seed)
  const threadsBefore = await threads()
  await cancelRound(client, tasks, random, jobs)
  const before = await settledMemory(stack)
  const round = await cancelRound(client, tasks, random, jobs)
  const threadsAfter = await threads()
  const after = await settledMemory(stack)
  client.close()
  const totals = round.ledger.totals()
  const threadsKept = threadsAfter.all === threadsBefore.all && threadsAfter.running === 0
  const growth = after / before - 1
  const isGood = {
    wrongAnswers: round.wrongAnswers.length === 0,
    accepted: totals.accepted === jobs && isWhole(totals),
    events: Object.keys(round.tally.requests.events ?? {}).every((how) => how === 'to the end'),
    threads: threadsKept,
    memory: growth <= MEMORY_TOLERANCE,
  }
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  const rows: Row[] = [
    ...requestRows(round.tally.requests),
    {
      what: 'streams of events that told the end',
      value: isGood.events ? 'all' : 'not all',
      good: isGood.events,
    },
    { what: 'cancelled while', value: countsText(round.moments) },
    {
      what: 'wrong answers to DELETE',
      value: `${round.wrongAnswers.length}`,
      good: isGood.wrongAnswers,
    },
    { what: 'jobs accepted', value: `${totals.accepted}`, good: isGood.accepted },
    { what: 'completed', value: `${totals.completed}` },
    { what: 'failed', value: countsText(totals.failed) },
    { what: 'cancelled', value: `${totals.cancelled}` },
    { what: 'faults', value: countsText(totals.faults), good: sum(totals.faults) === 0 },
    {
      what: "workers' threads",
      value: `${threadsBefore.all} before, ${threadsAfter.all} after, ${threadsAfter.running} at work`,
      good: isGood.threads,
    },
    {
      what: 'memory of servers and workers',
      value: `${mb(before)} after a round before, ${mb(after)} after this one (${(growth * 100).toFixed(1)}%)`,
      good: isGood.memory,
    },
  ]
  const { moments, wrongAnswers } = round
  const report = { jobs, seed, moments, wrongAnswers, totals, threadsBefore, threadsAfter }
  console.log(
    json
      ? JSON.stringify({ ...report, rssBytes: { before, after }, faults: round.ledger.faults })
      : table(`${jobs} jobs cancelled at random moments, seed ${seed}`, rows),
  )
  for (const fault of round.ledger.faults.slice(0, 20)) console.error(fault)
  for (const answer of wrongAnswers.slice(0, 20)) console.error(answer)
  return Object.values(isGood).every(Boolean)
}

/** Queues and cancels `jobs` jobs, and waits until all of them are over. */
export async function cancelRound(
  client: Client,
  tasks: readonly KnownTask[],
  random: Random,
  jobs: number,
): Promise<Round> {
  const round: Round = {
    ledger: new Ledger(),
    tally: new Tally(),
    moments: { waiting: 0, running: 0, 'ended already': 0, 'no answer': 0 },
    wrongAnswers: [],
  }
  const watches = new AbortController()
  const watching = new Watching(client, round.ledger, round.tally, watches.signal)
  const watched: Promise<void>[] = []
  // How long jobs of a kind take from acceptance to end: grows with each that could be cancelled, and
  // shrinks with each that had ended, so that half of what is cancelled at that moment just ends.
  const usualMs = new Map(tasks.map(({ what }) => [what, FIRST_GUESS_MS]))
  let left = jobs
  const cancelOn = async () => {
    while (left-- > 0) {
      const { task, params, result, what } = tasks[Math.floor(random.next() * tasks.length)]!
      const question = { method: 'POST', path: '/api/non-blocking', json: { task, params } }
      const answer = await watching.ask('POST non-blocking', false, question)
      const id = jobIdIn(answer?.body)
      if (id === undefined) continue
      round.ledger.accept(id, { what, result })
      if (random.chance(0.3)) watched.push(watching.listen(id))
      const usual = usualMs.get(what)!
      const atItsEnd = random.chance(0.5)
      await sleep(usual * (atItsEnd ? 0.8 + 0.4 * random.next() : random.next()))
      const status = await cancelOne(watching, id, round)
      if (!atItsEnd) continue
      const change = status === 409 ? 1 / LEARNING : LEARNING
      usualMs.set(what, Math.min(usualMs.get(what)! * change, LONGEST_MS))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, cancelOn))
  await settle(client, round.ledger, { withinMs: SETTLE_MS })
  // The end of a job is the end of its stream: whoever listens hears of it.
  await Promise.race([Promise.all(watched), sleep(10_000, undefined, { ref: false })])
  watches.abort()
  await Promise.all(watched)
  return round
}

/** @returns the status of the answer to DELETE */
async function cancelOne(
  watching: Watching,
  id: string,
  { ledger, moments, wrongAnswers }: Round,
): Promise<number | undefined> {
  const { status, job } = await watching.cancel(id)
  if (status === 200 && job?.state === 'cancelled') {
    moments[job.startedAt == null ? 'waiting' : 'running']++
  } else if (status === 409) {
    moments['ended already']++
    await watching.look(id, 'poll')
    if (!ledger.hasEnded(id)) wrongAnswers.push(`${id}: 409, but it has not ended`)
  } else if (status === undefined) moments['no answer']++
  else wrongAnswers.push(`${id}: ${status} with state ${job?.state}`)
  return status
}

/** Of all workers together, as they tell it themselves. */
export async function threadsOf(
  workers: number,
  socketOf: (name: string) => string,
): Promise<{ all: number; running: number }> {
  const threads = { all: 0, running: 0 }
  for (let number = 1; number <= workers; number++) {
    const client = new Client(socketOf(`worker-${number}`))
    const { body } = await client.ask({ path: '/metrics' })
    client.close()
    for (const state of ['all', 'running'] as const) {
      const line = new RegExp(`^unblock_threads\\{[^}]*state="${state}"[^}]*\\} (\\d+)`, 'm')
      threads[state] += Number(line.exec(String(body))?.[1] ?? Number.NaN)
    }
  }
  return threads
}
