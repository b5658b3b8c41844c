import uPlot from 'uplot'
import { now, timeOfDay } from '../clock.ts'
import { milliseconds } from '../words.ts'
import { colourOf, resolved } from './colours.ts'
import { type Mark, mostLines } from './marks.ts'
import type { Sample } from './samples.ts'

/** What the chart shows; times are milliseconds of the epoch. */
export interface Shown {
  samples: readonly Sample[]
  pending: readonly number[]
  marks: readonly Mark[]
  now: number
}

export const shownMs = 60_000
const lineHeight = 7
const bandHeight = mostLines * lineHeight + 4

/** A bar for each request, as high as its latency, and above them the heavy work. */
export class Chart {
  readonly #plot: uPlot
  readonly #element: HTMLElement
  #shown: Shown = { samples: [], pending: [], marks: [], now: now() }

  constructor(element: HTMLElement) {
    this.#element = element
    const axis = (): uPlot.Axis => ({
      stroke: () => this.#colour('var(--muted)'),
      grid: { stroke: () => this.#colour('var(--line)'), width: 1 },
      ticks: { show: false },
    })
    this.#plot = new uPlot(
      {
        ...sizeOf(element),
        padding: [bandHeight, 28, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: true, range: () => this.#range() },
          y: { range: (_, __, max) => [0, niceAbove(Math.max(10, max))] },
        },
        axes: [
          { ...axis(), space: 90, values: (_, values) => values.map(clockTime) },
          { ...axis(), size: 74, values: (_, values) => values.map(milliseconds) },
        ],
        series: [{}, { paths: () => null, points: { show: false } }],
        hooks: { drawAxes: [(plot) => this.#draw(plot)] },
      },
      [[], []],
      element,
    )
  }

  show(shown: Shown): void {
    this.#shown = shown
    const { samples, pending, now } = shown
    const from = now - shownMs
    const ended = samples.filter(({ dueAt }) => dueAt >= from)
    const xs = [...ended.map(({ dueAt }) => dueAt / 1000), ...pending.map((at) => at / 1000)]
    const ys = [...ended.map(({ latencyMs }) => latencyMs), ...pending.map((at) => now - at)]
    this.#plot.setData([xs, ys])
  }

  resize(): void {
    this.#plot.setSize(sizeOf(this.#element))
  }

  destroy(): void {
    this.#plot.destroy()
  }

  #range(): [number, number] {
    const to = this.#shown.now / 1000
    return [to - shownMs / 1000, to]
  }

  #colour(name: string): string {
    return resolved(name, this.#element)
  }

  #draw(plot: uPlot): void {
    const { ctx, bbox } = plot
    const ratio = devicePixelRatio
    const x = (ms: number) => Math.max(bbox.left, plot.valToPos(ms / 1000, 'x', true))
    const base = bbox.top + bbox.height
    const width = Math.max(1.5 * ratio, (bbox.width / shownMs) * 200 * 0.7)
    ctx.save()
    const bar = (dueAt: number, latencyMs: number, least = 1.5) => {
      const at = plot.valToPos(dueAt / 1000, 'x', true)
      if (at < bbox.left) return
      // The fastest answer is seen, too, and every failure.
      const top = Math.min(plot.valToPos(latencyMs, 'y', true), base - least * ratio)
      ctx.fillRect(at - width / 2, top, width, base - top)
    }
    for (const { dueAt, latencyMs, instance, failed } of this.#shown.samples) {
      ctx.fillStyle = this.#colour(colourOf(failed ? undefined : instance))
      bar(dueAt, latencyMs, failed ? 8 : undefined)
    }
    ctx.fillStyle = this.#colour('var(--line-strong)')
    ctx.globalAlpha = 0.5
    for (const dueAt of this.#shown.pending) bar(dueAt, this.#shown.now - dueAt)
    ctx.globalAlpha = 1
    for (const { executor, from, to, line } of this.#shown.marks) {
      ctx.fillStyle = this.#colour(`var(--${executor})`)
      const top = bbox.top - (line + 1) * lineHeight * ratio
      ctx.fillRect(x(from), top, Math.max(2 * ratio, x(to) - x(from)), (lineHeight - 2) * ratio)
    }
    ctx.restore()
  }
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const clockTime = (seconds: number) =>
  clock.format(Math.round(timeOfDay(seconds * 1000) / 1000) * 1000)

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement) => ({
  width: Math.max(200, clientWidth),
  height: Math.max(160, clientHeight),
})

/** The next of 10, 20, 30, 50, 100, …: a scale that does not change with every answer. */
export function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 3, 5].find((step) => step * power >= value) ?? 10)
}
