import { arrivalScv, cyclesWithin, requestsACycle } from './arrivals.ts'
import { load } from './capacity.ts'
import { type Deployment, hasOneLine } from './deployment.ts'
import { type Care, recoveriesMs } from './sample-size.ts'
import type { Setting } from './sampler.ts'

/** A setting, or of one that is too large to simulate often a part that shows what the whole does. */
export interface Part {
  deployment: Deployment
  setting: Setting
}

/**
 * So many lines, each of its own, do what many more do: the more there are, the less one depends on another
 * (N. D. Vvedenskaya, R. L. Dobrushin and F. I. Karpelevich, Queueing system with selection of the shortest of two
 * queues, 1996, where there are infinitely many).
 */
const linesAtLeast = 250

/** In turn, each of n lines has arrivals that vary n times less; this is to be as much less than how its tasks vary. */
const moreEven = 10

/** Fewer instances than these wait longer for each other than more do. */
const instancesAtLeast = 40

/** More requests than these, from one burst to the next or in a trace, are too many for all that is compared. */
const cycleAtMost = 100_000

/** The same of those that come until an instance that died is forgotten, several times. */
const recoveriesAtMost = 250_000

/**
 * What is simulated: a part of the instances with their part of the requests, and of the queue, where there are many
 * lines (but not where a sample is to be sure), where more comes than goes, which is so for each, or where too many
 * requests come in the time that it takes to see what happens. If that is not enough, a shorter calm with a shorter
 * burst, or pieces of the trace.
 */
export function partOf(whole: Deployment, setting: Setting, care: Care): Part {
  const { question } = whole
  const bounds = [
    care === 'sure' || hasOneLine(whole, setting.balance) ? [] : linesThatShowAll(whole, setting),
    load(whole, setting) < 1 ? [] : instancesAtLeast,
    Math.max(instancesAtLeast, withinTime(whole, setting)),
  ].flat()
  const instances = Math.min(setting.instances, ...bounds)
  const share = instances / setting.instances
  const ratePerS = setting.ratePerS * share
  const arrivals = cyclesWithin(question.arrivals, ratePerS, cycleAtMost)
  if (share === 1 && arrivals === question.arrivals) return { deployment: whole, setting }
  const queueLimit = Math.round(question.queueLimit * share)
  return {
    deployment: { ...whole, question: { ...question, arrivals, queueLimit } },
    setting: { ...setting, instances, ratePerS },
  }
}

function linesThatShowAll({ question, profile }: Deployment, { balance }: Setting): number {
  if (balance !== 'round_robin') return linesAtLeast
  const ratio = arrivalScv(question.arrivals) / profile.alone.scv
  return Math.max(linesAtLeast, Math.ceil(moreEven * ratio))
}

function withinTime(whole: Deployment, { instances, ratePerS }: Setting): number {
  const { arrivals } = whole.question
  const inCycle = arrivals.kind === 'bursts' ? requestsACycle(arrivals, ratePerS) : 0
  const inRecoveries = (recoveriesMs(whole) * ratePerS) / 1000
  const share = Math.min(cycleAtMost / inCycle, recoveriesAtMost / inRecoveries)
  return Math.floor(instances * share)
}
