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
} from '../../../report/plot/frame.ts'
import { linePath, markerPath, path } from '../../../report/plot/marks.ts'
import { linearScale } from '../../../report/plot/scale.ts'
import { figure } from '../../../report/words.ts'
import type { Profile } from '../../fit/profile.ts'
import { throughput, type UslParameters } from '../../model/usl.ts'

const area: Area = { left: 66, right: WIDTH - 30, top: 62, bottom: 280 }

/** Steps of a curve: smooth at this width. */
const steps = 60

/**
 * What several tasks at once on one machine get done: as measured, and the law that was fitted, with its interval,
 * dashed where nothing was measured.
 *
 * @param cores of a machine that is planned with: so far the law is drawn
 */
export function tasksAtOnce({ scaling, machine }: Profile, cores: number): Plot {
  const { points, usl, measuredTo } = scaling
  const to = Math.max(2, cores, machine.cores, measuredTo, ...points.map(({ running }) => running))
  const [best, worst] = [
    { sigma: usl.sigmaInterval.low, kappa: usl.kappaInterval.low },
    { sigma: usl.sigmaInterval.high, kappa: usl.kappaInterval.high },
  ]
  const measured = points.map(({ running, speed }) => ({ x: running, y: running * speed }))
  const high = Math.max(to, ...measured.map((each) => each.y))
  const x = linearScale(to, { from: area.left, to: area.right }, { most: 8, whole: true })
  const y = linearScale(high, { from: area.bottom, to: area.top }, { most: 5 })
  const place = (each: { x: number; y: number }) => ({ x: x.at(each.x), y: y.at(each.y) })
  const curve = (law: UslParameters, from: number, end: number) =>
    Array.from({ length: steps + 1 }, (_, index) => {
      const n = from + ((end - from) * index) / steps
      return place({ x: n, y: throughput(n, law) })
    })
  const inside = Math.min(to, Math.max(1, measuredTo))
  const band = [...curve(best, 1, to), ...curve(worst, 1, to).toReversed()]
  const key = legend(
    [
      markEntry,
      lineEntry('the law, as fitted', ''),
      ...(inside < to ? [lineEntry('beyond what was measured', '5 4')] : []),
      boxEntry('tint2', 'its interval'),
      diagonalEntry,
    ],
    area.bottom + 48,
  )
  return {
    name: 'tasks-at-once',
    svg: svgFile('Tasks at once on one machine', {
      says: `What tasks at once get done, in units of one alone: measured ${measured.map((each) => `${figure(each.y)} of ${figure(each.x)}`).join(', ')}; by the law ${figure(throughput(to, usl))} of ${figure(to)}, or ${figure(throughput(to, worst))} to ${figure(throughput(to, best))}. Measured up to ${figure(measuredTo)} at once.`,
      height: area.bottom + 56 + key.height,
      body: [
        path('tint2', `${linePath(band)}z`),
        yAxis(y, area, 'throughput, in units of a task alone'),
        xAxis(x, area, 'tasks that run at once', { grid: true }),
        path(
          'diagonal',
          linePath(
            [
              { x: 0, y: 0 },
              { x: to, y: to },
            ].map(place),
          ),
        ),
        path('line blue', linePath(curve(usl, 1, inside))),
        inside < to ? path('line blue', linePath(curve(usl, inside, to)), '5 4') : null,
        path('mark ink', markerPath(measured.map(place), 'circle')),
        key.body,
      ],
    }),
  }
}

const markEntry: Entry = {
  label: 'measured',
  sample: (x, y) => [path('mark ink', markerPath([{ x: x + 13, y }], 'circle'))],
}

const lineEntry = (label: string, dash: string): Entry => ({
  label,
  sample: (x, y) => [path('line blue', `M${x} ${y}h26`, dash)],
})

const diagonalEntry: Entry = {
  label: 'as if nothing were shared',
  sample: (x, y) => [path('diagonal', `M${x} ${y}h26`)],
}
