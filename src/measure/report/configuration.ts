import { Document, isCollection, isSeq, visit } from 'yaml'
import { fileDuration } from '../../report/words.ts'
import type { RateShape, Scenario } from '../scenario/schema.ts'

/** As a scenario file that asks for the same again. */
export function configurationOf(scenario: Scenario): string {
  const { name, tasks, task, versions, warmUpMs, durationMs, deadlineMs, giveUpMs, ...rest } =
    scenario
  const { bystander, rates, ratesOf, spacing, seed, repetitions, executors, servers, workers } =
    rest
  const file = {
    ...(scenario.description === '' ? {} : { description: scenario.description }),
    ...(tasks === '' ? {} : { tasks }),
    ...(task === '' ? {} : { task }),
    ...(Object.keys(scenario.params).length === 0 ? {} : { params: scenario.params }),
    ...{ executors, servers, workers, rates: rates.map(rateOf) },
    ...(ratesOf === undefined ? {} : { ratesOf: ratesByExecutor(ratesOf) }),
    ...(versions.length === 0 ? {} : { versions }),
    ...{ spacing, seed, warmUp: fileDuration(warmUpMs), duration: fileDuration(durationMs) },
    ...{ repetitions, deadline: fileDuration(deadlineMs), giveUp: fileDuration(giveUpMs) },
    bystander:
      bystander === false
        ? false
        : { ...(bystander.path === '' ? {} : { path: bystander.path }), rate: bystander.rate },
  }
  const document = new Document(file)
  visit(document, {
    Collection(_, node) {
      if (isSeq(node) && !node.items.some(isCollection)) node.flow = true
    },
  })
  document.commentBefore = ` ${name}`
  return document.toString({ flowCollectionPadding: false, lineWidth: 0 })
}

function ratesByExecutor(ratesOf: NonNullable<Scenario['ratesOf']>) {
  const each = Object.entries(ratesOf).map(([executor, rates]) => [executor, rates.map(rateOf)])
  return Object.fromEntries(each)
}

function rateOf(rate: RateShape) {
  if (rate.shape === 'constant') return rate.rate
  if (rate.shape !== 'bursts') return rate
  const { everyMs, lengthMs, ...rest } = rate
  return { ...rest, every: fileDuration(everyMs), length: fileDuration(lengthMs) }
}
