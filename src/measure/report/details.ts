import { Document, isCollection, isSeq, visit } from 'yaml'
import type { Run } from '../records/run.ts'
import type { RateShape, Scenario } from '../scenario/schema.ts'
import type { Summary } from '../summary/schema.ts'
import { type Markup, markup } from './markup.ts'
import { bytes, count, day, duration, fileDuration } from './words.ts'

type Item = [name: string, text: string | Markup]

/** Names and what they stand for. */
export function list(items: readonly Item[]): Markup {
  return markup`<dl>
${items.map(([name, text]) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`)}</dl>
`
}

/** Where it ran, and what of. */
export function machineOf({ machine, target, startedAt, endedAt, trials, scenario }: Run): Markup {
  return list([
    ['Machine', `${machine.cpus}, ${count(machine.cores, 'core')}, ${bytes(machine.memoryBytes)}`],
    ['System', machine.os],
    ['Versions', `Unblock ${machine.unblock}, Node.js ${machine.node}`],
    [
      'Target',
      `${target.url}, ${target.own ? 'started and scaled by this run' : 'as it was found, nothing was scaled'}`,
    ],
    ['Task', target.task ?? 'not said by the target'],
    ['Bystander', target.bystander ?? 'none'],
    ['Time', `${day(startedAt)} to ${day(endedAt)}`],
    ['Trials', `${trials.length}, ${count(scenario.repetitions, 'repetition')} of each condition`],
  ])
}

/** As a scenario file that asks for the same again. */
export function configurationOf(scenario: Scenario): string {
  const { name, tasks, task, versions, warmUpMs, durationMs, deadlineMs, giveUpMs, ...rest } =
    scenario
  const { bystander, rates, spacing, seed, repetitions, executors, servers, workers } = rest
  const file = {
    ...(scenario.description === '' ? {} : { description: scenario.description }),
    ...(tasks === '' ? {} : { tasks }),
    ...(task === '' ? {} : { task }),
    ...(Object.keys(scenario.params).length === 0 ? {} : { params: scenario.params }),
    ...{ executors, servers, workers, rates: rates.map(rateOf) },
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

function rateOf(rate: RateShape) {
  if (rate.shape === 'constant') return rate.rate
  if (rate.shape !== 'bursts') return rate
  const { everyMs, lengthMs, ...rest } = rate
  return { ...rest, every: fileDuration(everyMs), length: fileDuration(lengthMs) }
}

/** What the words and figures mean. */
export function definitions(summary: Summary): Markup {
  const deadlines = [...new Set(summary.conditions.map(({ deadlineMs }) => duration(deadlineMs)))]
  return list([
    [
      'Latency',
      'from when a request was due, not from when it could be sent, until its client had the result. Requests are sent when they are due, whether or not earlier ones are answered. Only completed ones have a latency.',
    ],
    [
      'Percentile',
      'p99 is the smallest latency that at least 99 % of the requests did not exceed (nearest rank). One is given only as far as the sample supports it: at least one value lies beyond.',
    ],
    ['Throughput', 'requests whose result came while requests were due, over that time.'],
    [
      'Goodput',
      `requests whose result came within the deadline${deadlines.length > 0 ? ` (${deadlines.join(', ')})` : ''}, over the time in which requests were due.`,
    ],
    [
      'Refused',
      'turned away at once, before any work (503 or 429). Failed: anything else but a result.',
    ],
    [
      'CPU per task',
      'seconds of one core that tasks used, over the completed requests. Wasted: on work whose result nobody got.',
    ],
    ['Bystander', 'a cheap request made while the work runs: what other users feel.'],
    [
      'Void',
      'the generator itself could not keep up. Such figures would say more about it than about the service, and must not be used.',
    ],
    ['Warm-up', 'requests before the counted time make load, and are counted nowhere.'],
  ])
}

/** What a reader must not expect of these figures. */
export function unseen(run: Run, summary: Summary): (string | Markup)[] {
  const { target, scenario } = run
  const fromVitals = summary.conditions.some(({ cpu }) => cpu?.source === 'vitals')
  return [
    target.own &&
      'A network: generator and service shared this machine, its cores and its loopback.',
    scenario.repetitions < 2 &&
      markup`Chance: each condition was tried once. Whether a small difference is real, repetitions and <code>unblock compare</code> tell.`,
    !target.jobs &&
      'What became of accepted work: the target has no jobs to follow, and was measured on what it answers.',
    !target.fleet && 'Instances and queue: the target does not show them.',
    target.bystander === null && 'What others feel: there was no bystander.',
    summary.conditions.every(({ cpu }) => cpu === null) &&
      'What the work cost: the target does not tell its CPU time.',
    fromVitals && 'CPU time exactly: it was read twice a second from what the fleet shows.',
    'Memory, disk and the network of the service; and what happens over hours.',
    'Other loads: figures hold for this task with these parameters, these rates and this machine.',
  ].filter((line) => line !== false)
}
