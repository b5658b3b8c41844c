import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../../src/api/job.ts'
import { type Answer, type Client, NoStream, type Question } from './client.ts'
import type { Ledger } from './ledger.ts'
import type { Tally } from './tally.ts'

/** The ways in which a client learns what became of a job; all that is seen goes into the ledger. */
export class Watching {
  readonly #client: Client
  readonly #ledger: Ledger
  readonly #tally: Tally
  readonly #signal: AbortSignal

  /** @param signal ends all watching */
  constructor(client: Client, ledger: Ledger, tally: Tally, signal: AbortSignal) {
    this.#client = client
    this.#ledger = ledger
    this.#tally = tally
    this.#signal = signal
  }

  /**
   * Asks, and counts the answer. A request without an answer is told of by undefined.
   * @param idempotent whether it must not fail, since the proxy may try it on every server
   */
  async ask(kind: string, idempotent: boolean, question: Question): Promise<Answer | undefined> {
    try {
      const answer = await this.#client.ask({ ...question, signal: this.#signal })
      return this.#tally.count(kind, idempotent, answer) ? answer : undefined
    } catch (error) {
      if (!this.#signal.aborted) this.#tally.count(kind, idempotent, undefined, error)
      return undefined
    }
  }

  /**
   * One look at a job.
   * @param waitS seconds that the service may wait for its end
   * @returns whether there was an answer
   */
  async look(id: string, by: string, waitS?: number): Promise<boolean> {
    const askedAt = performance.now()
    const headers = waitS === undefined ? {} : { prefer: `wait=${waitS}` }
    const answer = await this.ask(`GET job (${by})`, true, { path: `/api/jobs/${id}`, headers })
    if (answer?.status === 404) this.#ledger.missing(id, by)
    if (answer?.status === 200) this.#ledger.see({ job: answer.body as Job, askedAt, by })
    return answer !== undefined
  }

  /** Looks again and again, each time after a longer pause. */
  async poll(id: string, firstPauseMs = 100, longestPauseMs = 2000): Promise<void> {
    for (
      let pauseMs = firstPauseMs;
      this.#goesOn(id);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    ) {
      await this.look(id, 'poll')
      if (this.#goesOn(id)) await this.#pause(pauseMs)
    }
  }

  /** Has the service wait with its answer. */
  async wait(id: string): Promise<void> {
    while (this.#goesOn(id)) {
      const answered = await this.look(id, 'wait', 5)
      await this.#pause(answered ? 50 : 1000)
    }
  }

  /** Listens to a job's events; connects again where the stream breaks before the job has ended. */
  async listen(id: string): Promise<void> {
    let lastId: string | undefined
    while (this.#goesOn(id)) {
      const askedAt = performance.now()
      const headers: Record<string, string> =
        lastId === undefined ? {} : { 'last-event-id': lastId }
      let how = 'ended early'
      try {
        const path = `/api/jobs/${id}/events`
        for await (const event of this.#client.events({ path, headers, signal: this.#signal })) {
          lastId = event.id ?? lastId
          if (!/^(progress|completed|failed|cancelled)$/.test(event.event)) continue
          this.#ledger.see({ job: JSON.parse(event.data), askedAt, by: 'events' })
          if (event.event !== 'progress') how = 'to the end'
        }
      } catch (error) {
        if (how !== 'to the end') how = error instanceof NoStream ? String(error.status) : 'broken'
      }
      if (this.#signal.aborted) return
      this.#count('events', how)
      // A stream for an unknown job is none: its own page decides whether it is lost.
      if (how === '404') await this.look(id, 'poll')
      if (this.#goesOn(id)) await this.#pause(1000)
    }
  }

  /**
   * Cancels a job, as often as it takes to get an answer.
   * @returns the status of the answer, and the job in it
   */
  async cancel(id: string): Promise<{ status?: number; job?: Job }> {
    this.#ledger.cancelAsked(id)
    for (let tries = 0; tries < 10 && !this.#signal.aborted; tries++) {
      const askedAt = performance.now()
      const question = { method: 'DELETE', path: `/api/jobs/${id}` }
      const answer = await this.ask('DELETE job', true, question)
      if (answer?.status === 404) this.#ledger.missing(id, 'cancel')
      if (answer?.status === 200) {
        const job = answer.body as Job
        this.#ledger.see({ job, askedAt, by: 'cancel' })
        return { status: 200, job }
      }
      if (answer !== undefined) return { status: answer.status }
      await this.#pause(500)
    }
    return {}
  }

  #goesOn(id: string): boolean {
    return !this.#signal.aborted && this.#ledger.openHas(id)
  }

  #count(kind: string, how: string): void {
    this.#tally.requests[kind] ??= {}
    this.#tally.requests[kind][how] = (this.#tally.requests[kind][how] ?? 0) + 1
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => {})
  }
}
