import {
  type Area,
  legend,
  type Plot,
  svgFile,
  WIDTH,
  xAxis,
  yAxis,
} from '../../../report/plot/frame.ts'
import { linePath, path } from '../../../report/plot/marks.ts'
import { linearScale } from '../../../report/plot/scale.ts'
import { figure, percent } from '../../../report/words.ts'
import type { WorkSample } from '../../fit/profile.ts'

const area: Area = { left: 66, right: WIDTH - 30, top: 62, bottom: 280 }

/** How long a task takes alone: which share is as fast. Null of an empty sample. */
export function timeAlone({ valuesMs, meanMs }: WorkSample): Plot | null {
  if (valuesMs.length === 0) return null
  const x = linearScale(1, { from: area.left, to: area.right }, { label: percent })
  const y = linearScale(Math.max(...valuesMs), { from: area.bottom, to: area.top })
  const points = valuesMs.map((ms, index) => ({
    x: x.at((index + 0.5) / valuesMs.length),
    y: y.at(ms),
  }))
  const key = legend(
    [
      { label: 'a task alone', sample: (left, at) => [path('line blue', `M${left} ${at}h26`)] },
      {
        label: `mean: ${figure(meanMs)} ms`,
        sample: (left, at) => [path('base', `M${left} ${at}h26`, '5 3')],
      },
    ],
    area.bottom + 48,
  )
  return {
    name: 'time-alone',
    svg: svgFile('Time of a task alone', {
      says: `From ${figure(valuesMs[0])} to ${figure(valuesMs.at(-1))} ms; half take ${figure(valuesMs[Math.floor(valuesMs.length / 2)])} ms or less, the mean is ${figure(meanMs)} ms.`,
      height: area.bottom + 56 + key.height,
      body: [
        yAxis(y, area, 'milliseconds'),
        xAxis(x, area, 'share of runs that took as long or less', { grid: true }),
        path('base', `M${area.left} ${y.at(meanMs)}H${area.right}`, '5 3'),
        path('line blue', linePath(points)),
        key.body,
      ],
    }),
  }
}
