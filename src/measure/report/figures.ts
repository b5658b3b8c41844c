import { formatDuration } from '../../report/duration.ts'
import { type Figure, figures } from '../../report/figure.ts'
import { type Markup, markup } from '../../report/markup.ts'
import type { Plot } from '../../report/plot/frame.ts'
import type { Observed } from './observed.ts'
import { latencyByPercentile } from './plot/latency-by-percentile.ts'
import { overTime } from './plot/over-time.ts'
import { queueDepth } from './plot/queue-depth.ts'
import { shares } from './plot/shares.ts'
import { throughput } from './plot/throughput.ts'

export interface Figures {
  /** Of the whole run. */
  whole: Figure[]
  /** One a condition. */
  overTime: Figure[]
}

/** Whatever plots the run has something to show in. */
export function figuresOf(observed: readonly Observed[]): Figures {
  const whole: [Plot | null, string][] = [
    [
      latencyByPercentile(observed),
      'Lower is better: at 90 % a line shows the time within which nine of ten requests were done. Each line ends where its sample does.',
    ],
    [
      throughput(observed),
      'Where less is completed than offered, work piles up or is turned away; goodput counts only what came within the deadline.',
    ],
    [shares(observed), 'Who did the work: even shares mean that the balancing works.'],
    [
      queueDepth(observed),
      'A line that keeps rising means that jobs come faster than workers do them.',
    ],
  ]
  const byKey = new Map(observed.map((each) => [each.condition.key, each]))
  return {
    whole: whole.flatMap(([plot, caption]) => (plot === null ? [] : [{ plot, caption }])),
    overTime: overTime(observed).map((plot) => ({
      plot,
      caption: inFigures(byKey.get(plot.name.slice('over-time-'.length))!),
    })),
  }
}

/** What this plot came to. */
function inFigures({ condition: { void: void_, latencyMs, bystander }, shown }: Observed): string {
  if (void_ !== null) return `Void: ${void_}.`
  const parts = [
    latencyMs.p50 !== null && `half of the tasks were done within ${formatDuration(latencyMs.p50)}`,
    bystander?.latencyMs.max != null &&
      `a bystander waited up to ${formatDuration(bystander.latencyMs.max)}`,
  ].filter((part) => part !== false)
  const text = parts.join('; ')
  const said =
    text === '' ? 'No request was completed.' : `${text[0]!.toUpperCase()}${text.slice(1)}.`
  if (shown?.trial.state !== 'partial') return said
  return `${said} This trial was interrupted after ${formatDuration(shown.trial.durationMs)}.`
}

/** All of them for the page. */
export function figuresSection({ whole, overTime }: Figures): Markup {
  if (whole.length + overTime.length === 0)
    return markup`<p>There is nothing to draw: no request was counted.</p>`
  return markup`${figures(whole)}${
    overTime.length > 0 &&
    markup`<h3>Over time</h3>
<p class="how">A point stands where its request was due, as high as it then took. Tasks are at work where the background is shaded; how many at once, the strip on top shows. All of these plots have the same scales${overTime.length > 1 ? ', so that one can be compared with another at a glance' : ''}; each shows the first whole trial that counts.</p>
${figures(overTime)}`
  }`
}
