import { type Item, list } from '../../report/list.ts'
import { type Markup, markup } from '../../report/markup.ts'
import { bytes, count, day } from '../../report/words.ts'
import type { Run, VersionTarget } from '../records/run.ts'
import type { Summary } from '../summary/schema.ts'

/** Where it ran, and what of. */
export function machineOf(run: Run): Markup {
  const { machine, target, startedAt, endedAt, priority } = run
  return list([
    ['Machine', `${machine.cpus}, ${count(machine.cores, 'core')}, ${bytes(machine.memoryBytes)}`],
    ['System', machine.os],
    ['Software', `Unblock ${machine.unblock}, Node.js ${machine.node}`],
    ...measured(run),
    ['Bystander', target.bystander ?? 'none'],
    ['Time', `${day(startedAt)} to ${day(endedAt)}`],
    ['Trials', trialsOf(run)],
    ...(priority < 0
      ? [
          [
            'Generator',
            `had a higher priority than other processes (niceness ${priority}), so that it did not wait for a core`,
          ] satisfies Item,
        ]
      : []),
  ])
}

/** Whom it measured: the URLs, each once. */
export function targetsOf({ target, versions }: Pick<Run, 'target' | 'versions'>): string[] {
  return [...new Set((versions.length > 0 ? versions : [target]).map(({ url }) => url))]
}

function measured({ target, versions }: Run): Item[] {
  const where = ({ url, own }: Pick<VersionTarget, 'url' | 'own'>) =>
    `${url}, ${own ? 'started and scaled by this run' : 'as it was found, nothing was scaled'}`
  const unknown = 'not said by the target'
  if (versions.length === 0)
    return [
      ['Target', where(target)],
      ['Task', target.task ?? unknown],
    ]
  return versions.map((version) => [
    `Version ${version.name}`,
    `${where(version)}; task: ${version.task ?? unknown}`,
  ])
}

function trialsOf({ trials, scenario }: Run): string {
  const interrupted = trials.filter(({ state }) => state === 'partial').length
  const repetitions = `${count(scenario.repetitions, 'repetition')} of each condition`
  if (interrupted === 0) return `${trials.length}, ${repetitions}`
  return `${trials.length}, of which ${interrupted} interrupted; asked for: ${repetitions}`
}

/** What a reader must not expect of these figures. */
export function unseen(run: Run, summary: Summary): (string | Markup)[] {
  const { target, scenario, versions } = run
  const isOwn = versions.length > 0 ? versions.some(({ own }) => own) : target.own
  const fromVitals = summary.conditions.some(({ cpu }) => cpu?.source === 'vitals')
  return [
    isOwn && 'A network: generator and service shared this machine, its cores and its loopback.',
    scenario.repetitions < 2 &&
      markup`Chance: each condition was tried once. Whether a small difference is real, repetitions and <code>unblock compare</code> tell.`,
    !target.jobs &&
      'What became of accepted work: the target has no jobs to follow, and was measured on what it answers.',
    !target.own &&
      !target.jobs &&
      'Where the task ran: the target does not tell whether it heeds the executor that it is asked for.',
    !target.fleet && 'Instances and queue: the target does not show them.',
    target.bystander === null && 'What others feel: there was no bystander.',
    summary.conditions.every(({ cpu }) => cpu === null) &&
      'What the work cost: the target does not tell its CPU time.',
    fromVitals && 'CPU time exactly: it was read twice a second from what the fleet shows.',
    'Memory, disk and the network of the service; and what happens over hours.',
    'Other loads: figures hold for this task with these parameters, these rates and this machine.',
  ].filter((line) => line !== false)
}
