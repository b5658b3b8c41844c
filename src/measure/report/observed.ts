import type { Point } from '../../report/plot/marks.ts'
import { type SeriesStyle, stylesOf } from '../../report/plot/palette.ts'
import type { RequestRecord, Sample } from '../records/record.ts'
import type { Run } from '../records/run.ts'
import type { ConditionSummary, Summary, TrialSummary } from '../summary/schema.ts'
import { COLUMNS, Crowd, columnOf, MAX_POINTS } from './crowd.ts'
import { type Loss, losses, lossOf } from './loss.ts'
import { anyOf, InTurn, type Span, type Step, Work, workOf } from './work.ts'

/** What plots need of one condition. */
export interface Observed {
  condition: ConditionSummary
  style: SeriesStyle
  /** The trial that is shown over time; undefined: none was begun. */
  shown: ShownTrial | undefined
}

/** Times are milliseconds of the trial; the warm-up is left out. */
export interface ShownTrial {
  trial: TrialSummary
  tasks: Seen
  bystanders: Seen
  /** Tasks at work, and the times in which any was. */
  steps: Step[]
  busy: Span[]
  /** Jobs that waited, by time. */
  waiting: Point[]
}

/** Requests of one kind. */
export interface Seen {
  count: number
  /** By when they were due: how long they took. The ends of the latter are those of all that were seen. */
  completed: Point[]
  tookMs: { least: number; greatest: number } | undefined
  /** When the others were due: ascending, one a pixel. */
  lost: Record<Loss, number[]>
}

/** Of the points of all conditions together: these keep a report of many small enough to be sent around. */
const ALL_POINTS = 16_000

/**
 * Takes in what plots need of records and samples, one after another and each only once: memory does not
 * grow with their number. Conditions are in the summary's order; each shows one trial over time: the first
 * that counts, a whole one if there is any.
 *
 * @param records of all trials, in any order
 * @param samples none where the target does not show its instances and queue
 */
export async function observe({
  run,
  summary,
  records,
  samples,
}: {
  run: Run
  summary: Summary
  records: Iterable<RequestRecord> | AsyncIterable<RequestRecord>
  samples: Iterable<Sample> | AsyncIterable<Sample>
}): Promise<Observed[]> {
  const most = Math.min(MAX_POINTS, Math.ceil(ALL_POINTS / summary.conditions.length))
  const views = summary.conditions.map((condition) => {
    const trial = trialToShow(condition)
    const limits = { most, giveUpMs: run.scenario.giveUpMs }
    return { condition, view: trial && new TrialView(trial, condition, limits) }
  })
  const byTrial = new Map(views.flatMap(({ view }) => (view ? [[view.trial.index, view]] : [])))
  for await (const record of records) byTrial.get(record.trial)?.record(record)
  for await (const sample of samples) byTrial.get(sample.trial)?.sample(sample)
  const styles = stylesOf(summary.conditions)
  return views.map(({ condition, view }) => ({
    condition,
    style: styles.get(condition.key)!,
    shown: view?.shown(),
  }))
}

function trialToShow({ trials }: ConditionSummary): TrialSummary | undefined {
  const counted = trials.filter((trial) => trial.void === null)
  return counted.find(({ state }) => state === 'complete') ?? counted[0] ?? trials[0]
}

class TrialView {
  readonly trial: TrialSummary
  readonly #condition: ConditionSummary
  readonly #kinds: Record<RequestRecord['kind'], KindView>
  readonly #work: Work
  readonly #inTurn = new InTurn()
  readonly #waiting: Crowd

  constructor(
    trial: TrialSummary,
    condition: ConditionSummary,
    { most, giveUpMs }: { most: number; giveUpMs: number },
  ) {
    const { durationMs } = trial
    this.trial = trial
    this.#condition = condition
    this.#kinds = {
      task: new KindView(durationMs, most),
      bystander: new KindView(durationMs, most),
    }
    this.#work = new Work(durationMs)
    this.#waiting = new Crowd(durationMs + giveUpMs, most) // the last answer comes after the last request
  }

  record(record: RequestRecord): void {
    if (record.kind === 'task') {
      const span = workOf(record, this.#condition.executor)
      if (span !== undefined) this.#work.add(this.#place(record, span))
    }
    if (record.due >= 0) this.#kinds[record.kind].add(record)
  }

  #place({ server, runMs }: RequestRecord, span: Span): Span {
    const isOneByOne = this.#condition.executor === 'event-loop' && runMs !== undefined
    return isOneByOne && server !== undefined ? this.#inTurn.place(server, span) : span
  }

  sample({ at, queue }: Sample): void {
    if (at >= 0) this.#waiting.add({ x: at, y: queue.waiting })
  }

  shown(): ShownTrial {
    const steps = this.#work.steps(mostAtOnce(this.#condition))
    return {
      trial: this.trial,
      tasks: this.#kinds.task.seen(),
      bystanders: this.#kinds.bystander.seen(),
      steps,
      busy: anyOf(steps, this.trial.durationMs / COLUMNS),
      waiting: this.#waiting.points(),
    }
  }
}

/** An event loop does one thing at a time, and the client may know of none when. */
function mostAtOnce({ executor, servers, shares }: ConditionSummary): number | undefined {
  if (executor !== 'event-loop') return undefined
  return servers ?? (Object.keys(shares.servers).length || undefined)
}

class KindView {
  readonly #durationMs: number
  readonly #completed: Crowd
  /** The last of each column. */
  readonly #lost: Record<Loss, Map<number, number>>
  #count = 0

  constructor(durationMs: number, most: number) {
    this.#durationMs = durationMs
    this.#completed = new Crowd(durationMs, most)
    this.#lost = forEachLoss(() => new Map())
  }

  add(record: RequestRecord): void {
    const { due, ended } = record
    const loss = lossOf(record)
    this.#count++
    if (loss === undefined) {
      this.#completed.add({ x: due, y: ended - due })
      return
    }
    const column = columnOf(due, this.#durationMs)
    this.#lost[loss].set(column, Math.max(due, this.#lost[loss].get(column) ?? 0))
  }

  seen(): Seen {
    const completed = this.#completed.points()
    const { least, greatest } = this.#completed
    return {
      count: this.#count,
      completed,
      tookMs: completed.length > 0 ? { least, greatest } : undefined,
      lost: forEachLoss((loss) => [...this.#lost[loss].values()].toSorted((a, b) => a - b)),
    }
  }
}

function forEachLoss<T>(value: (loss: Loss) => T): Record<Loss, T> {
  const [refused, failed, notSent, interrupted] = losses
  return {
    refused: value(refused),
    failed: value(failed),
    'not sent': value(notSent),
    interrupted: value(interrupted),
  }
}
