import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, Worker } from 'bullmq'
import type { JobData, JobReturn } from './record.ts'
import { isRefusal } from './refusal.ts'

/** A job that this worker has taken. */
export type TakenJob = Job<JobData, JobReturn, string>

const retryMs = 500

/**
 * BullMQ's worker, for a Redis that refuses commands for a while (out of memory, disk full). As it comes, it
 * asks for the next job without a pause then, and takes a job whose end could not be written for a failed
 * one. This one waits, and tries again.
 */
export class PatientWorker extends Worker<JobData, JobReturn, string> {
  /** A job was done here, but is another worker's by now: what it took was for nothing. */
  onLost: (job: TakenJob) => void = () => {}

  protected override async moveToActive(token: string, name?: string): Promise<TakenJob> {
    try {
      return await super.moveToActive(token, name)
    } catch (error) {
      if (isRefusal(error)) await sleep(retryMs)
      throw error
    }
  }

  protected override async handleCompleted(
    result: JobReturn,
    job: TakenJob,
    token: string,
    fetchNext?: () => boolean,
  ): Promise<TakenJob> {
    try {
      return await this.patiently(() => super.handleCompleted(result, job, token, fetchNext))
    } catch (error) {
      this.onLost(job)
      throw error
    }
  }

  protected override async handleFailed(
    error: Error,
    job: TakenJob,
    token: string,
    fetchNext?: () => boolean,
  ): Promise<TakenJob> {
    // The job was done, and Redis would not have it: it is done again when its lock has expired.
    if (isRefusal(error)) throw error
    return this.patiently(() => super.handleFailed(error, job, token, fetchNext))
  }

  /** Tries again while Redis refuses, until this worker is told to stop. */
  async patiently<T>(command: () => Promise<T>): Promise<T> {
    for (;;)
      try {
        return await command()
      } catch (error) {
        if (!isRefusal(error) || this.closing) throw error
        this.emit('error', error as Error)
        await sleep(retryMs)
      }
  }
}
