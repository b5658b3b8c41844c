import type { FastifyRequest } from 'fastify'
import { Problem } from '../api/problem.ts'
import { BudgetSpent, charge, settle } from '../queue/client-budget.ts'
import { CostError, costOf } from '../tasks/cost.ts'
import type { Task } from '../tasks/define.ts'
import { clientOf } from './client.ts'
import type { Service } from './service.ts'

/** What a run is estimated to cost, and whose budget that is charged to. */
export interface Estimate {
  /** CPU time, in whole milliseconds. */
  costMs: number
  /** Undefined where clients have no budgets. */
  client?: string
}

/** A run inside a request that was let in. */
export interface Admitted {
  /** It has ended, however: after so many milliseconds of CPU time. */
  ended(cpuMs: number): void
}

export interface Admission {
  /** @param longestMs how long the run may take @throws {Problem} 500 for a task that cannot say */
  estimate(request: FastifyRequest, task: Task, params: unknown, longestMs: number): Estimate
  /**
   * Lets a run inside a request in; one on the queue is let in by the producer.
   *
   * @throws {BudgetSpent}
   */
  enter(estimate: Estimate): Promise<Admitted>
}

// A Redis that does not answer holds up one request that long, not every one.
const awayMs = 1000

export function createAdmission({ config, producer, log }: Service): Admission {
  const budget = { cpuMsPerS: config.clientCpuMsPerS, burstMs: config.clientCpuBurstMs }
  const { redis } = producer
  let awayUntil = Number.NEGATIVE_INFINITY

  /** Without Redis there are no budgets: what runs here needs it for nothing else. */
  async function charged(paid: Required<Estimate>): Promise<boolean> {
    if (!producer.ready() || performance.now() < awayUntil) return false
    let waitMs = 0
    try {
      waitMs = await charge(redis, budget, paid)
    } catch (error) {
      awayUntil = performance.now() + awayMs
      log.trouble('client budgets', error)
      return false
    }
    if (waitMs > 0) throw new BudgetSpent(budget, waitMs)
    return true
  }

  return {
    estimate(request, task, params, longestMs) {
      const costMs = askCost(task, params, longestMs)
      return budget.cpuMsPerS === 0 ? { costMs } : { costMs, client: clientOf(request) }
    },
    async enter({ costMs, client }) {
      if (client === undefined || !(await charged({ costMs, client }))) return { ended() {} }
      return {
        ended(cpuMs) {
          settle(redis, budget, { client, costMs, cpuMs }).catch(() => {}) // it keeps its estimate
        },
      }
    },
  }

  function askCost(task: Task, params: unknown, longestMs: number): number {
    try {
      return costOf(task, params, longestMs)
    } catch (error) {
      if (!(error instanceof CostError)) throw error
      log.trouble('cost', error)
      throw new Problem(500, `${error.message}.`, { title: 'Task Failed' })
    }
  }
}

/** The statuses that budgets add to what an endpoint answers. */
export function budgetStatuses({ clientCpuMsPerS }: Service['config']): number[] {
  return clientCpuMsPerS === 0 ? [] : [429]
}
