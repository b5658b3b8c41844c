import type { RequestRecord } from '../../records/record.ts'
import { type Markup, markup } from '../markup.ts'
import type { Observed, ShownTrial } from '../observed.ts'
import { anyOf, atOnce, type Span, type Step, workOf } from '../work.ts'
import {
  type Area,
  boxEntry,
  type Entry,
  legend,
  type Plot,
  svgFile,
  WIDTH,
  xAxis,
  yAxis,
} from './frame.ts'
import { boxPath, crossesPath, dotsPath, linePath, markerPath, path, stepPath } from './marks.ts'
import { linearScale, logScale, type Scale } from './scale.ts'
import { MAX_POINTS, onePerPixel, type Point, thin } from './thin.ts'

/** From top to bottom: the work, what was refused, what failed, and the latencies. */
const strip = { top: 46, bottom: 76 }
const lane = 14
const left = 66
const right = WIDTH - 18
const plotHeight = 190

/** What all of them have in common, so that one can be compared with another at a glance. */
interface Shared {
  y: [least: number, most: number]
  /** Tasks at once, at most. */
  work: number
  refused: boolean
  failed: boolean
}

interface Drawable {
  observed: Observed
  shown: ShownTrial
  steps: Step[]
}

/**
 * A plot for each condition that was tried: latency of tasks and bystanders by when they were due, and
 * when heavy work ran. All have the same scales.
 */
export function overTime(observed: readonly Observed[]): Plot[] {
  const all = observed.flatMap((each): Drawable[] => {
    const { shown } = each
    if (shown === undefined || shown.tasks.length + shown.bystanders.length === 0) return []
    return [{ observed: each, shown, steps: atOnce(spansOf(each, shown), mostAtOnce(each)) }]
  })
  if (all.length === 0) return []
  const records = all.flatMap(({ shown }) => [...shown.tasks, ...shown.bystanders].filter(counted))
  const latencies = records.filter(completed).map(({ due, ended }) => ended - due)
  const shared: Shared = {
    y: latencies.reduce(
      ([least, most], ms) => [Math.min(least, ms), Math.max(most, ms)],
      latencies.length > 0 ? [Number.POSITIVE_INFINITY, 0] : [1, 1000],
    ),
    work: all.flatMap(({ steps }) => steps).reduce((most, step) => Math.max(most, step.count), 1),
    refused: records.some(({ outcome }) => outcome === 'refused'),
    failed: records.some(({ outcome }) => outcome === 'failed'),
  }
  return all.map((each) => plotOf(each, shared))
}

const counted = ({ due }: { due: number }) => due >= 0
const completed = ({ outcome }: { outcome: string }) => outcome === 'completed'

/** An event loop does one thing at a time, and the client may know of none when. */
function mostAtOnce({ condition: { executor, servers, shares } }: Observed): number | undefined {
  if (executor !== 'event-loop') return undefined
  return servers ?? (Object.keys(shares.servers).length || undefined)
}

function spansOf({ condition }: Observed, { trial, tasks }: ShownTrial): Span[] {
  return tasks
    .flatMap((record) => workOf(record, condition.executor) ?? [])
    .map(({ from, to }) => ({ from: Math.max(0, from), to: Math.min(trial.durationMs, to) }))
}

/** Completed ones that follow each other: what was refused or failed in between has no latency. */
function unbroken(records: readonly RequestRecord[]): RequestRecord[][] {
  const runs: RequestRecord[][] = [[]]
  for (const record of records)
    if (completed(record)) runs.at(-1)!.push(record)
    else if (runs.at(-1)!.length > 0) runs.push([])
  return runs.filter((run) => run.length > 0)
}

function bystanderLines(runs: readonly Point[][]): string {
  const all = runs.reduce((sum, { length }) => sum + length, 0)
  return runs
    .map((run) =>
      linePath(thin(run, Math.ceil((MAX_POINTS * run.length) / Math.max(MAX_POINTS, all)))),
    )
    .join('')
}

function plotOf({ observed, shown, steps }: Drawable, shared: Shared): Plot {
  const { condition, style } = observed
  const { trial } = shown
  const lanes = [...(shared.refused ? ['refused'] : []), ...(shared.failed ? ['failed'] : [])]
  const top = strip.bottom + lanes.length * lane + 32
  const area: Area = { left, right, top, bottom: top + plotHeight }
  const x = linearScale(
    trial.durationMs / 1000,
    { from: left, to: right },
    { exact: true, most: 8 },
  )
  const y = logScale(...shared.y, { from: area.bottom, to: area.top })
  const place = ({ due, ended }: { due: number; ended: number }) => ({
    x: x.at(due / 1000),
    y: y.at(ended - due),
  })

  const tasks = shown.tasks.filter(counted)
  const bystanders = shown.bystanders.filter(counted)
  const taskPoints = thin(tasks.filter(completed).map(place))
  const bystanderRuns = unbroken(bystanders).map((run) => run.map(place))
  const bystanderPoints = thin(bystanderRuns.flat())
  const marksOf = (records: typeof tasks, outcome: string) => {
    const y = strip.bottom + 3 + (lanes.indexOf(outcome) + 0.5) * lane
    const xs = records.filter((each) => each.outcome === outcome).map(({ due }) => x.at(due / 1000))
    return onePerPixel(xs).map((x) => ({ x, y }))
  }
  const refused = [...marksOf(tasks, 'refused'), ...marksOf(bystanders, 'refused')]
  const failed = marksOf(tasks, 'failed')
  const bystandersFailed = marksOf(bystanders, 'failed')
  const bands = anyOf(steps).map(({ from, to }) => ({
    from: x.at(from / 1000),
    to: x.at(to / 1000),
  }))

  const key = legend(
    entries(style.colour, {
      task: taskPoints.length > 0,
      bystander: bystanderPoints.length > 0,
      work: steps.length > 0,
      refused: refused.length > 0,
      failed: failed.length > 0,
      bystanderFailed: bystandersFailed.length > 0,
    }),
    area.bottom + 48,
  )
  return {
    name: `over-time-${condition.key}`,
    svg: svgFile(`${condition.label}, over time`, {
      says: sentence(observed, shown),
      height: area.bottom + 56 + key.height,
      body: [
        path(
          'band',
          bands.map(({ from, to }) => boxPath(from, top, to - from, plotHeight)).join(''),
        ),
        yAxis(y, area, 'latency, logarithmic'),
        ...work(steps, { x, most: shared.work, colour: style.colour }),
        ...lanes.map(
          (name, index) =>
            markup`<text class="end" x="${left - 8}" y="${strip.bottom + 14 + index * lane}">${name}</text>`,
        ),
        xAxis(x, area, 'seconds, when it was due'),
        path('line thin ink', bystanderLines(bystanderRuns)),
        path('small ink', dotsPath(bystanderPoints)),
        path(`dots ${style.colour}`, dotsPath(taskPoints)),
        path('mark ink', markerPath(refused, 'triangle-down', 3)),
        path(`cross ${style.colour}`, crossesPath(failed)),
        path('cross ink', crossesPath(bystandersFailed)),
        key.body,
      ],
    }),
  }
}

/** How many tasks ran at once, on top of the plot: where only one can, these are bars. */
function work(
  steps: readonly Step[],
  { x, most, colour }: { x: Scale; most: number; colour: string },
): (Markup | null)[] {
  const { top, bottom } = strip
  const height = (count: number) => bottom - ((bottom - top) * count) / most
  const points = steps.map(({ at, count }) => ({ x: x.at(at / 1000), y: height(count) }))
  const shown = points.length > MAX_POINTS ? thin(points) : points
  const area =
    shown.length === 0 ? '' : `${stepPath([{ x: shown[0]!.x, y: bottom }, ...shown])}V${bottom}z`
  return [
    path(`work ${colour}`, area),
    markup`<g class="axis"><path class="base" d="M${left} ${bottom}H${right}"/><text class="end" x="${left - 8}" y="${bottom - 3}">at work</text><text class="end" x="${left - 8}" y="${top + 8}">${most}</text></g>`,
  ]
}

function entries(
  colour: string,
  has: Record<'task' | 'bystander' | 'work' | 'refused' | 'failed' | 'bystanderFailed', boolean>,
): Entry[] {
  const mark = (className: string, d: (x: number, y: number) => string, label: string): Entry => ({
    label,
    sample: (x, y) => [path(className, d(x + 13, y))],
  })
  return [
    has.task && mark(`dots ${colour}`, (x, y) => dotsPath([{ x, y }]), 'task'),
    has.bystander && {
      label: 'bystander',
      sample: (x: number, y: number) => [
        path('line thin ink', `M${x} ${y}h26`),
        path('small ink', dotsPath([{ x: x + 13, y }])),
      ],
    },
    has.work && boxEntry(`work ${colour}`, 'tasks at work'),
    has.refused &&
      mark('mark ink', (x, y) => markerPath([{ x, y }], 'triangle-down', 3), 'refused'),
    has.failed && mark(`cross ${colour}`, (x, y) => crossesPath([{ x, y }]), 'task failed'),
    has.bystanderFailed && mark('cross ink', (x, y) => crossesPath([{ x, y }]), 'bystander failed'),
  ].filter((each) => each !== false)
}

function sentence({ condition }: Observed, { tasks, bystanders, trial }: ShownTrial): string {
  const number = (records: typeof tasks) => records.filter(counted).length
  const void_ = condition.void === null ? '' : ' Void: the generator could not keep up.'
  return `${number(tasks)} tasks and ${number(bystanders)} bystanders that were due in ${trial.durationMs / 1000} seconds.${void_}`
}
