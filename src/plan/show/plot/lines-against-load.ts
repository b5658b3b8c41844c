import { markup } from '../../../report/markup.ts'
import {
  type Area,
  legend,
  type Plot,
  seriesEntry,
  svgFile,
  WIDTH,
  xAxis,
  yAxis,
} from '../../../report/plot/frame.ts'
import { markerPath, path } from '../../../report/plot/marks.ts'
import { stylesOf } from '../../../report/plot/palette.ts'
import { linearScale } from '../../../report/plot/scale.ts'
import { figure } from '../../../report/words.ts'
import type { Curves, Plan } from '../../answer/plan.ts'
import { beyondEntry, lighter, lineInParts } from './beyond.ts'
import { asked } from './load-marks.ts'

const area: Area = { left: 66, right: WIDTH - 30, top: 62, bottom: 280 }

type Need = Curves['instances'][number]

/**
 * What is needed at other loads, a line an executor. Marks stand where it was computed; in between, a line; lighter where
 * it was not measured. Null where no number of instances is enough.
 */
export function linesAgainstLoad(
  { answers, question }: Plan,
  of: { name: string; title: string; axis: string; value: (need: Need) => number; whole?: boolean },
): Plot | null {
  const shown = answers.flatMap(({ executor, curves }) =>
    curves === null || curves.instances.length === 0 ? [] : [{ executor, needs: curves.instances }],
  )
  if (shown.length === 0) return null
  const styles = stylesOf(shown.map(({ executor }) => ({ key: executor, executor })))
  const needs = shown.flatMap((each) => each.needs)
  const x = linearScale(
    Math.max(question.ratePerS, ...needs.map(({ ratePerS }) => ratePerS)),
    { from: area.left, to: area.right },
    { exact: true, most: 8 },
  )
  const y = linearScale(
    Math.max(...needs.map(of.value)),
    { from: area.bottom, to: area.top },
    { most: 5, whole: of.whole === true },
  )
  const drawn = shown.map(({ executor, needs }) => {
    const style = styles.get(executor)!
    const points = needs.map((need) => ({
      x: x.at(need.ratePerS),
      y: y.at(of.value(need)),
      isOutside: need.isOutside,
    }))
    const marks = (isOutside: boolean) => {
      const shown = points.filter((point) => point.isOutside === isOutside)
      return path(`mark ${style.colour}`, markerPath(shown, style.marker))
    }
    return markup`${lineInParts(`line ${style.colour}`, points, style.dash)}${marks(false)}${lighter(marks(true))}`
  })
  const rate = asked(question.ratePerS, x, area)
  const key = legend(
    [
      ...shown.map(({ executor }) => seriesEntry(styles.get(executor)!, executor)),
      rate.entry,
      ...(needs.some(({ isOutside }) => isOutside) ? [beyondEntry('line ink')] : []),
    ],
    area.bottom + 48,
  )
  return {
    name: of.name,
    svg: svgFile(of.title, {
      says: shown
        .map(
          ({ executor, needs }) =>
            `${executor}: ${needs.map((need) => `${figure(of.value(need))} at ${figure(need.ratePerS)}/s`).join(', ')}.`,
        )
        .join(' '),
      height: area.bottom + 56 + key.height,
      body: [
        yAxis(y, area, of.axis),
        xAxis(x, area, 'requests a second'),
        rate.body,
        ...drawn,
        key.body,
      ],
    }),
  }
}
