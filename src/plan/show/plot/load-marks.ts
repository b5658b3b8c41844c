import { type Markup, markup } from '../../../report/markup.ts'
import type { Area, Entry } from '../../../report/plot/frame.ts'
import { markerPath, path } from '../../../report/plot/marks.ts'
import type { Scale } from '../../../report/plot/scale.ts'
import { figure } from '../../../report/words.ts'

/** Where the load that was asked for stands, in a plot against the load. */
export function asked(ratePerS: number, x: Scale, area: Area): { body: Markup; entry: Entry } {
  const foot = (at: number, y: number) => [
    path('mark ink', markerPath([{ x: at, y: y + 1 }], 'triangle', 4)),
  ]
  const at = x.at(ratePerS)
  return {
    body: markup`${path('base', `M${at} ${area.top}V${area.bottom}`)}${foot(at, area.bottom - 5)}`,
    entry: {
      label: `asked: ${figure(ratePerS)}/s`,
      sample: (left, y) => [path('base', `M${left + 13} ${y - 9}v18`), ...foot(left + 13, y + 4)],
    },
  }
}
