import { formatDuration } from '../../report/duration.ts'
import type { Target, VersionTarget } from '../records/run.ts'
import type { Settings, Summary } from '../summary/schema.ts'

/** What each setting is called, and how its value is written; the task is told by the target, which names it. */
const settings: [name: string, text: (settings: Settings) => string][] = [
  ['parameters', ({ params }) => JSON.stringify(params)],
  ['spacing of arrivals', ({ spacing }) => spacing],
  ['seed', ({ seed }) => String(seed)],
  ['warm-up', ({ warmUpMs }) => formatDuration(warmUpMs)],
  ['duration of a trial', ({ durationMs }) => formatDuration(durationMs)],
  ['number of repetitions', ({ repetitions }) => String(repetitions)],
  ['deadline', ({ deadlineMs }) => formatDuration(deadlineMs)],
  ['time until clients give up', ({ giveUpMs }) => formatDuration(giveUpMs)],
]

/** In what two runs were not measured alike, a sentence each, with both values. */
export function differencesOf(a: Summary, b: Summary): string[] {
  return [
    ...told('task', taskName(a.target), taskName(b.target)),
    ...settings.flatMap(([name, text]) => told(name, text(a.settings), text(b.settings))),
    ...targetDifferences(a, b),
    ...told('bystander', bystanderOf(a), bystanderOf(b)),
    ...told('niceness of the generator', String(a.priority), String(b.priority)),
  ]
}

function targetDifferences(a: Summary, b: Summary): string[] {
  if (a.versions.length === 0 && b.versions.length === 0)
    return told('target', place(a.target), place(b.target))
  return a.versions.flatMap((version) => {
    const other = b.versions.find(({ name }) => name === version.name)
    if (other === undefined) return []
    return [
      ...told(`target of ${version.name}`, place(version), place(other)),
      ...told(`task of ${version.name}`, taskName(version), taskName(other)),
    ]
  })
}

/** A stack of its own has another port each time. */
function place({ own, url }: Target | VersionTarget): string {
  return own ? 'a stack of its own' : url
}

function taskName({ task }: Target | VersionTarget): string {
  return task ?? 'one that is not known'
}

/** What it truly asked for, which the scenario may leave to the target. */
function bystanderOf({ settings: { bystander }, target }: Summary): string {
  if (bystander === false || target.bystander === null) return 'none'
  return `${bystander.rate}/s of ${target.bystander}`
}

function told(what: string, inA: string, inB: string): string[] {
  return inA === inB ? [] : [`A and B differ in the ${what}: ${inA} and ${inB}`]
}
