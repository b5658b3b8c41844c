import { createRandom } from '../../random.ts'
import type { RequestRecord, Sample } from '../records/record.ts'
import type { ExecutorName } from '../scenario/schema.ts'

/**
 * A made-up service on two cores, for tests: requests that are due at given times, servers whose event
 * loop does one thing at a time, threads, and workers that share a queue. Only the numbers' form is
 * like the truth.
 */
export interface Setting {
  trial: number
  executor: ExecutorName
  servers: number
  workers: number
  /** Of tasks: ascending. */
  due: number[]
  bystanderDue: number[]
  /** How many runs a server lets wait for its threads. */
  line: number
  giveUpMs: number
  seed: number
}

const cores = 2
const taskMs = 560

interface Server {
  name: string
  /** When its event loop has done what it was given. */
  free: number
  threads: number[]
  /** When those end that it has not answered. */
  open: number[]
}

export function simulate(setting: Setting): { records: RequestRecord[]; samples: Sample[] } {
  const random = createRandom(setting.seed, setting.trial)
  const servers = Array.from(
    { length: setting.servers },
    (_, index): Server => ({
      name: `server-${index + 1}`,
      free: Number.NEGATIVE_INFINITY,
      threads: [0, 0].map(() => Number.NEGATIVE_INFINITY),
      open: [],
    }),
  )
  const slots = Array.from({ length: setting.workers * cores }, (_, index) => ({
    worker: `worker-${Math.floor(index / cores) + 1}`,
    free: Number.NEGATIVE_INFINITY,
  }))
  const spans: { accepted: number; start: number; end: number; worker: string }[] = []
  let turn = 0

  /** nginx's least_conn. */
  function serverAt(now: number): Server {
    for (const server of servers) server.open = server.open.filter((end) => end > now)
    turn++
    const inTurn = servers.map((_, index) => servers[(index + turn) % servers.length]!)
    return inTurn.reduce((a, b) => (b.open.length < a.open.length ? b : a))
  }

  function request(due: number, kind: 'task' | 'bystander'): RequestRecord {
    const sent = due + 0.05 + 0.3 * random()
    const server = serverAt(sent)
    const base = { trial: setting.trial, kind, due, sent, accepted: null, started: null }
    const answered = { ...base, outcome: 'completed', status: 200, server: server.name } as const
    const hop = 0.6 + 0.9 * random() ** 3
    if (kind === 'bystander') {
      const ended = Math.max(sent, server.free) + hop
      server.open.push(ended)
      return { ...answered, ended }
    }
    const runMs = taskMs * (0.96 + 0.14 * random())
    if (setting.executor === 'event-loop') {
      const start = Math.max(sent, server.free)
      server.free = start + runMs
      server.open.push(server.free)
      return givenUp({ ...answered, ended: server.free + hop, waitMs: start - sent, runMs })
    }
    if (setting.executor === 'thread') {
      const busy = server.threads.filter((end) => end > sent).length
      const waiting = server.open.length - busy
      if (waiting >= setting.line)
        return {
          ...base,
          ended: sent + hop,
          outcome: 'refused',
          reason: 'status 503',
          status: 503,
          server: server.name,
        }
      const thread = server.threads.indexOf(Math.min(...server.threads))
      const start = Math.max(sent, server.threads[thread]!) + 0.4
      const running = servers.flatMap(({ threads }) => threads).filter((end) => end > start).length
      const stretched = runMs * Math.max(1, (running + 1) / cores)
      server.threads[thread] = start + stretched
      server.open.push(start + stretched)
      return givenUp({
        ...answered,
        ended: start + stretched + hop,
        waitMs: start - sent,
        runMs: stretched,
      })
    }
    const accepted = sent + 2 + 2 * hop
    const slot = slots.reduce((a, b) => (b.free < a.free ? b : a))
    const start = Math.max(accepted + 1.5, slot.free)
    slot.free = start + runMs
    spans.push({ accepted, start, end: slot.free, worker: slot.worker })
    const ended = slot.free + 2 + hop
    const record = givenUp({
      ...answered,
      status: 202,
      accepted,
      started: start + 2,
      ended,
      worker: slot.worker,
      waitMs: start - accepted,
      runMs,
    })
    return record.ended < start ? { ...record, started: null } : record
  }

  /** Its client waits no longer. */
  function givenUp(record: RequestRecord): RequestRecord {
    if (record.ended - record.due <= setting.giveUpMs) return record
    const { worker, waitMs, runMs, ...known } = record
    return { ...known, ended: record.due + setting.giveUpMs, outcome: 'failed', reason: 'gave up' }
  }

  const all = [
    ...setting.due.map((due) => ({ due, kind: 'task' as const })),
    ...setting.bystanderDue.map((due) => ({ due, kind: 'bystander' as const })),
  ]
  const records = all.toSorted((a, b) => a.due - b.due).map(({ due, kind }) => request(due, kind))
  const until = Math.max(...records.map(({ ended }) => ended))
  const samples = Array.from({ length: Math.ceil(until / 500) }, (_, index): Sample => {
    const at = 500 * index
    const active = spans.filter(({ start, end }) => start <= at && at < end).length
    const waiting = spans.filter(({ accepted, start }) => accepted <= at && at < start).length
    return { trial: setting.trial, at, queue: { waiting, active }, instances: [] }
  })
  return { records, samples }
}
