import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { now } from '../clock.ts'
import { byNumber } from '../numbers.ts'
import { milliseconds } from '../words.ts'
import { entries } from '../work/entries.ts'
import { Chart, shownMs } from './chart.ts'
import { colourOf } from './colours.ts'
import { marksOf } from './marks.ts'
import { watchAsBystander } from './probe.ts'
import { pending, type Statistics, samples, statisticsOf } from './samples.ts'
import 'uplot/dist/uPlot.min.css'

/** What everybody else feels: the latency of light requests, with the heavy work that runs meanwhile. */
export function Bystander() {
  useEffect(watchAsBystander, [])
  const statistics = useSignal<Statistics | undefined>(undefined)
  const chart = useRef<HTMLDivElement>(null)
  useEffect(() => drawInto(chart.current!, (shown) => (statistics.value = shown)), [])
  return (
    <section class="panel bystander" aria-labelledby="bystander-title">
      <div class="head">
        <h2 id="bystander-title">A bystander’s latency</h2>
        <p class="hint">
          a health check, due five times a second; each counts from when it was due
        </p>
      </div>
      <Readout statistics={statistics.value} />
      <div class="chart" ref={chart} role="img" aria-label={summary(statistics.value)} />
      <Legend />
    </section>
  )
}

/** Shows the last minute, five times a second while the page is seen. */
function drawInto(element: HTMLDivElement, tell: (statistics: Statistics) => void) {
  const chart = new Chart(element)
  const draw = () => {
    if (document.hidden) return
    const at = now()
    const from = at - shownMs
    const recent = samples.value.filter(({ dueAt }) => dueAt >= from)
    const marks = marksOf(entries.value, { from, now: at })
    chart.show({ samples: recent, pending: pending.value, marks, now: at })
    tell(statisticsOf(recent, pending.value, at))
  }
  const timer = setInterval(draw, 200)
  const observer = new ResizeObserver(() => chart.resize())
  observer.observe(element)
  return () => {
    clearInterval(timer)
    observer.disconnect()
    chart.destroy()
  }
}

function Readout({ statistics }: { statistics: Statistics | undefined }) {
  const shown = (ms: number | undefined) => (ms === undefined ? '–' : milliseconds(ms))
  return (
    <dl class="readout">
      <div>
        <dt>now</dt>
        <dd class="number">{shown(statistics?.nowMs)}</dd>
      </div>
      <div>
        <dt>median, 60 s</dt>
        <dd class="number">{shown(statistics?.medianMs)}</dd>
      </div>
      <div>
        <dt>maximum, 60 s</dt>
        <dd class="number" data-bystander="max">
          {shown(statistics?.maxMs)}
        </dd>
      </div>
      <div class={statistics?.failed ? 'error' : ''}>
        <dt>failed, 60 s</dt>
        <dd class="number" data-bystander="failed">
          {statistics?.failed ?? 0}
        </dd>
      </div>
    </dl>
  )
}

const places = { 'event-loop': 'the event loop', thread: 'a thread', queue: 'the queue' }

/** Who has answered, by colour, and what the marks mean. */
function Legend() {
  const names = useComputed(() => {
    const answered = new Set(samples.value.flatMap(({ instance }) => instance ?? []))
    return [...answered].sort(byNumber).join(' ')
  })
  const servers = names.value === '' ? [] : names.value.split(' ')
  return (
    <ul class="legend" aria-label="Colours of the chart">
      {servers.map((name) => (
        <li key={name} style={{ '--state': colourOf(name) }}>
          {name}
        </li>
      ))}
      <li class="unanswered">not answered yet</li>
      <li class="failed">failed</li>
      {Object.entries(places).map(([executor, place]) => (
        <li key={executor} class="mark" style={{ '--state': `var(--${executor})` }}>
          work on {place}
        </li>
      ))}
    </ul>
  )
}

function summary(statistics: Statistics | undefined): string {
  const { medianMs, maxMs, failed = 0 } = statistics ?? {}
  const beginning = 'Latency of light requests in the last minute:'
  const failures = failed > 0 ? `, ${failed} failed` : ''
  if (medianMs === undefined || maxMs === undefined)
    return `${beginning} none was answered${failures}`
  return `${beginning} median ${milliseconds(medianMs)}, maximum ${milliseconds(maxMs)}${failures}`
}
