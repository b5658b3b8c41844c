import path from 'node:path'
import { formatDuration } from '../../report/duration.ts'
import { UsageError } from '../../usage-error.ts'
import { expectedBy } from '../pacer/rate.ts'
import { parseDuration } from './duration.ts'
import { inOneLine, type Mistake } from './explain.ts'
import type { LoadedScenario } from './load.ts'
import {
  type ExecutorName,
  executors,
  type Rate,
  type RateShape,
  type Scenario,
  type ScenarioFile,
} from './schema.ts'

/** What the command line says instead of the file. */
export interface Overrides {
  /** Absolute path of a folder with tasks. */
  tasks?: string
  executors?: ExecutorName[]
  /** Requests a second, all the time. */
  rate?: number
  durationMs?: number
  spacing?: Scenario['spacing']
  repetitions?: number
  /** Another task than the file's does not get the file's parameters. */
  task?: string
  /** Added to those of the file, or in place of them. */
  params?: Record<string, unknown>
  servers?: number[]
  workers?: number[]
}

const defaults = {
  servers: [1],
  workers: [1],
  rates: [1],
  spacing: 'even',
  seed: 1,
  warmUp: '0s',
  duration: '10s',
  repetitions: 1,
  deadline: '10s',
  giveUp: '60s',
  bystander: { path: '', rate: 10 },
} as const

/** Above it timers no longer keep time; and who waits as long? */
const longestMs = 24 * 3_600_000

/**
 * A scenario with everything filled in, and checked for what no schema says.
 *
 * @throws {UsageError} with every mistake
 */
export function resolveScenario(
  { file, name, dir }: LoadedScenario,
  overrides: Overrides = {},
): Scenario {
  const rates = overrides.rate === undefined ? file.rates : [overrides.rate]
  const deadlineMs = msOf(file.deadline ?? defaults.deadline)
  const giveUpMs = msOf(file.giveUp ?? defaults.giveUp)
  const isOtherTask = overrides.task !== undefined && overrides.task !== file.task
  const scenario: Scenario = {
    name,
    description: file.description ?? '',
    tasks: overrides.tasks ?? (file.tasks === undefined ? '' : path.resolve(dir, file.tasks)),
    task: overrides.task ?? file.task ?? '',
    params: { ...(isOtherTask ? {} : file.params), ...overrides.params },
    executors: overrides.executors ?? file.executors ?? [...executors],
    servers: overrides.servers ?? file.servers ?? [...defaults.servers],
    workers: overrides.workers ?? file.workers ?? [...defaults.workers],
    rates: (rates ?? defaults.rates).map(shapeOf),
    ...(file.ratesOf !== undefined && rates === file.rates && { ratesOf: shapesOf(file.ratesOf) }),
    versions: (file.versions ?? []).map((version) =>
      version.params === undefined
        ? version
        : { ...version, params: { ...version.params, ...overrides.params } },
    ),
    spacing: overrides.spacing ?? file.spacing ?? defaults.spacing,
    seed: file.seed ?? defaults.seed,
    warmUpMs: msOf(file.warmUp ?? defaults.warmUp),
    durationMs: overrides.durationMs ?? msOf(file.duration ?? defaults.duration),
    repetitions: overrides.repetitions ?? file.repetitions ?? defaults.repetitions,
    deadlineMs,
    giveUpMs: file.giveUp === undefined ? Math.max(giveUpMs, deadlineMs) : giveUpMs,
    bystander: file.bystander === false ? false : { ...defaults.bystander, ...file.bystander },
  }
  const mistakes = [...mistakesOf(scenario)]
  if (overrides.task !== undefined && scenario.versions.some(({ task }) => task !== undefined))
    mistakes.push({
      field: '--task',
      detail: 'must be left out: its versions have tasks of their own',
    })
  if (mistakes.length > 0) {
    throw new UsageError(inOneLine(`scenario ${name}`, mistakes))
  }
  return scenario
}

/** What is measured where there is no file: what the command line says, on threads where it does not. */
export function scenarioOfFlags(overrides: Overrides): Scenario {
  const { task = 'default task', executors = ['thread'] } = overrides
  const name = `${task} on ${executors.join(', ')}`
  return resolveScenario({ file: { executors }, name, dir: '' }, overrides)
}

function shapesOf(ratesOf: NonNullable<ScenarioFile['ratesOf']>): NonNullable<Scenario['ratesOf']> {
  const shapes = Object.entries(ratesOf).map(([executor, rates]) => [executor, rates.map(shapeOf)])
  return Object.fromEntries(shapes)
}

function shapeOf(rate: Rate): RateShape {
  if (typeof rate === 'number') return { shape: 'constant', rate }
  if (rate.shape !== 'bursts') return rate
  const { every, length, ...rates } = rate
  return { ...rates, everyMs: msOf(every), lengthMs: msOf(length) }
}

/** Of text that the schema has let through. */
function msOf(duration: string): number {
  return parseDuration(duration) ?? Number.NaN
}

function* mistakesOf(scenario: Scenario): Generator<Mistake> {
  const { durationMs, deadlineMs, giveUpMs, warmUpMs } = scenario
  yield* lengthMistakes('duration', durationMs)
  yield* lengthMistakes('deadline', deadlineMs)
  if (giveUpMs < deadlineMs) {
    const deadline = formatDuration(deadlineMs)
    yield { field: 'giveUp', detail: `must not be shorter than the deadline, which is ${deadline}` }
  } else yield* lengthMistakes('giveUp', giveUpMs)
  if (warmUpMs > 0) yield* lengthMistakes('warmUp', warmUpMs)
  for (const [index, rate] of scenario.rates.entries())
    yield* rateMistakes(`rates.${index}`, rate, durationMs)
  for (const [executor, rates] of Object.entries(scenario.ratesOf ?? {})) {
    for (const [index, rate] of rates.entries())
      yield* rateMistakes(`ratesOf.${executor}.${index}`, rate, durationMs)
    yield* repeated(`ratesOf.${executor}`, rates)
  }
  for (const field of ['executors', 'servers', 'workers', 'rates'] as const)
    yield* repeated(field, scenario[field])
  yield* versionMistakes(scenario)
}

function* lengthMistakes(field: string, ms: number): Generator<Mistake> {
  if (!(ms > 0)) yield { field, detail: 'must be longer than 0' }
  if (ms > longestMs) yield { field, detail: `must be at most ${formatDuration(longestMs)}` }
}

function* rateMistakes(field: string, rate: RateShape, durationMs: number): Generator<Mistake> {
  if (rate.shape === 'bursts') {
    const { everyMs, lengthMs } = rate
    const every = formatDuration(everyMs)
    if (!(lengthMs > 0)) return yield { field: `${field}.length`, detail: 'must be longer than 0' }
    if (lengthMs >= everyMs)
      return yield {
        field: `${field}.length`,
        detail: `must be shorter than every, which is ${every}`,
      }
  }
  if (!(durationMs > 0) || expectedBy(rate, durationMs, durationMs) > 0) return
  const right =
    rate.shape === 'bursts'
      ? `every must be shorter than the duration, which is ${formatDuration(durationMs)}, or rate above 0`
      : 'from or to must be above 0'
  yield { field, detail: `never sends anything: ${right}` }
}

function* repeated(field: string, values: readonly unknown[]): Generator<Mistake> {
  const seen = new Set<string>()
  for (const [index, value] of values.entries()) {
    const text = JSON.stringify(value)
    if (seen.has(text)) yield { field: `${field}.${index}`, detail: 'must not be there twice' }
    seen.add(text)
  }
}

function* versionMistakes({ versions, servers, workers }: Scenario): Generator<Mistake> {
  const names = new Set<string>()
  for (const [index, { name, target }] of versions.entries()) {
    const field = `versions.${index}`
    if (names.has(name))
      yield { field: `${field}.name`, detail: `must be another than ${name}, which is taken` }
    names.add(name)
    if (target !== undefined && !/^https?:$/.test(URL.parse(target)?.protocol ?? ''))
      yield { field: `${field}.target`, detail: 'must be a URL such as http://127.0.0.1:8080' }
  }
  const isElsewhere = versions.some(({ target }) => target !== undefined)
  for (const [field, { length }] of Object.entries({ servers, workers }))
    if (isElsewhere && length > 1)
      yield {
        field,
        detail: 'must be one number where a version has a target, which is not scaled',
      }
}
