import { offeredLoad, type Queue } from './queue.ts'

/*
 * Very many servers with a line each, Poisson arrivals, exponential service times; each request looks at some
 * servers at random and joins the shortest line of these (the "supermarket model"): what nginx calls `random two
 * least_conn`. Exact as the number of servers grows without end.
 * N. D. Vvedenskaya, R. L. Dobrushin and F. I. Karpelevich, Queueing system with selection of the shortest of two
 * queues: an asymptotic approach, Problems of Information Transmission 32, 1996; M. Mitzenmacher, The power of two
 * choices in randomized load balancing, IEEE Transactions on Parallel and Distributed Systems 12, 2001.
 */

export interface RandomChoiceQueue {
  /** Requests a second for each server. */
  ratePerS: number
  /** Mean time that a server takes for one. */
  serviceMs: number
  /** How many servers a request looks at: a whole number, 1 (a plain random choice) or more; 2 unless given. */
  choices?: number
}

/**
 * Mean time from arrival to the end of service: Σ ρ^((d^i − d) / (d − 1)) service times, i from 1. Infinity where
 * the load is as much as the servers can do, or more.
 *
 * @throws {RangeError} if the queue is none
 */
export function randomChoiceSojournMs(queue: RandomChoiceQueue): number {
  const { load, choices } = loadAndChoices(queue)
  if (load >= 1) return Infinity
  if (choices === 1) return queue.serviceMs / (1 - load)
  let sum = 0
  // A request finds `length` or more before it where all that it looks at have as many; its own service is the
  // first term.
  for (let length = 0; ; length++) {
    const share = lineTail(load, choices, length) ** choices
    if (share < sum * Number.EPSILON) return sum * queue.serviceMs
    sum += share
  }
}

/**
 * The share of servers that have `length` requests or more, the one in service among them:
 * ρ^((d^length − 1) / (d − 1)).
 *
 * @throws {RangeError} if the queue is none, or its load as much as the servers can do or more
 */
export function randomChoiceLineTail(queue: RandomChoiceQueue, length: number): number {
  const { load, choices } = loadAndChoices(queue)
  if (load >= 1) throw new RangeError(`the load must be below 1: ${load}`)
  if (!Number.isInteger(length) || length < 0)
    throw new RangeError(`a length must be a whole number, 0 or more: ${length}`)
  return lineTail(load, choices, length)
}

function lineTail(load: number, choices: number, length: number): number {
  return load ** (choices === 1 ? length : (choices ** length - 1) / (choices - 1))
}

function loadAndChoices({ ratePerS, serviceMs, choices = 2 }: RandomChoiceQueue) {
  if (!Number.isInteger(choices) || choices < 1)
    throw new RangeError(`choices must be a whole number, 1 or more: ${choices}`)
  const queue: Queue = { servers: 1, ratePerS, serviceMs }
  return { load: offeredLoad(queue), choices }
}
