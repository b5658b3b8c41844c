import { createParser } from 'eventsource-parser'
import { Job } from '../../api/job.ts'
import type { Client } from './client.ts'
import { answerReader } from './read-answer.ts'

/** How a job ended, as its client learned it. */
export interface JobEnd {
  state: 'completed' | 'failed' | 'cancelled' | 'unknown'
  /** Why it is not completed. */
  reason?: string
  worker?: string
  waitMs?: number
  runMs?: number
}

const againMs = 250

/**
 * Follows a job by its stream of events until it is over, through servers that drain: one request a job, by
 * which its client learns at once when it starts and ends.
 *
 * @param path of the job: `/api/jobs/…`
 */
export function followJob(
  client: Client,
  path: string,
  onStart: () => void,
  onEnd: (end: JobEnd) => void,
): { stop(): void } {
  let isOver = false
  let hasStarted = false
  let timer: NodeJS.Timeout | undefined
  let request: { abort(): void } | undefined

  function finish(end: JobEnd): void {
    if (isOver) return
    stop()
    onEnd(end)
  }

  function look(event: string, data: string): void {
    const job = read(data)
    if (job === undefined || isOver) return
    if (!hasStarted && job.startedAt !== null) {
      hasStarted = true
      onStart()
    }
    if (event === 'completed' || event === 'failed' || event === 'cancelled') finish(endOf(job))
  }

  function open(): void {
    const parser = createParser({ onEvent: ({ event = '', data }) => look(event, data) })
    request = client.follow(
      { method: 'GET', path: `${path}/events` },
      (text) => parser.feed(text),
      ({ status }) => {
        if (isOver) return
        if (status === 404) finish({ state: 'unknown', reason: 'job unknown' })
        else timer = setTimeout(open, againMs)
      },
    )
  }

  function stop(): void {
    isOver = true
    clearTimeout(timer)
    request?.abort()
  }

  open()
  return { stop }
}

function endOf({ state, error, worker, timing }: Job): JobEnd {
  return {
    state: state as JobEnd['state'],
    ...(state === 'completed' ? {} : { reason: `job ${error?.reason ?? state}` }),
    ...(worker === null ? {} : { worker }),
    ...(timing.waitMs === null ? {} : { waitMs: timing.waitMs }),
    ...(timing.runMs === null ? {} : { runMs: timing.runMs }),
  }
}

const read = answerReader(Job)
