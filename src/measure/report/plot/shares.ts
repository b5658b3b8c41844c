import { type Markup, markup } from '../../../report/markup.ts'
import { boxEntry, legend, type Plot, svgFile, WIDTH, xAxis } from '../../../report/plot/frame.ts'
import { boxPath, path } from '../../../report/plot/marks.ts'
import { linearScale } from '../../../report/plot/scale.ts'
import { cut, textWidth } from '../../../report/plot/text.ts'
import type { Observed } from '../observed.ts'

const left = 20
const right = WIDTH - 30
const top = 44
const bar = 18

/** Names by the numbers in them: server-2 before server-10. */
const { compare: byNumber } = new Intl.Collator('en', { numeric: true })

/** Who answered, and who ran the jobs: stacked bars a condition; null where nobody said who they are. */
export function shares(observed: readonly Observed[]): Plot | null {
  const rows = observed
    .map(({ condition }) => ({
      label: condition.label,
      bars: [
        { tints: ['tint', 'tint2'], parts: partsOf(condition.shares.servers) },
        { tints: ['leaf', 'leaf2'], parts: partsOf(condition.shares.workers) },
      ].filter(({ parts }) => parts.length > 0),
    }))
    .filter(({ bars }) => bars.length > 0)
  if (rows.length === 0) return null
  const x = linearScale(1, { from: left, to: right }, { most: 5, label: percent })
  let y = top
  const drawn = rows.map(({ label, bars }) => {
    const words = markup`<text class="label" x="${left}" y="${y + 11}">${cut(label, right - left)}</text>`
    y += 16
    const stacked = bars.map(({ tints, parts }) => {
      const one = stackedBar(parts, { tints, y, at: x.at })
      y += bar + 3
      return one
    })
    y += 7
    return markup`${words}${stacked}`
  })
  const key = legend(
    [
      boxEntry('tint', 'servers: who answered'),
      ...(observed.some(({ condition }) => Object.keys(condition.shares.workers).length > 0)
        ? [boxEntry('leaf', 'workers: who ran the jobs')]
        : []),
    ],
    y + 50,
  )
  return {
    name: 'shares',
    svg: svgFile('Shares of the instances', {
      says: rows
        .map(
          ({ label, bars }) =>
            `${label}: ${bars.flatMap(({ parts }) => parts.map(said)).join(', ')}`,
        )
        .join('. '),
      height: y + 58 + key.height,
      body: [
        ...drawn,
        xAxis(x, { left, right, top, bottom: y }, 'share of task requests'),
        key.body,
      ],
    }),
  }
}

interface Part {
  name: string
  count: number
  /** Of all parts of the bar. */
  share: number
}

function partsOf(counts: Record<string, number>): Part[] {
  const all = Object.values(counts).reduce((a, b) => a + b, 0)
  if (all === 0) return []
  return Object.entries(counts)
    .toSorted(([a], [b]) => byNumber(a, b))
    .map(([name, count]) => ({ name, count, share: count / all }))
}

function stackedBar(
  parts: readonly Part[],
  { tints, y, at }: { tints: readonly string[]; y: number; at: (share: number) => number },
): Markup {
  let before = 0
  const drawn = parts.map((part, index) => {
    const from = at(before)
    before += part.share
    const width = at(before) - from
    const fits = [`${part.name} · ${percent(part.share)}`, part.name, /\d+$/.exec(part.name)?.[0]]
    const words = fits.find((each) => each !== undefined && textWidth(each) + 8 <= width)
    return markup`<g>${path(`${tints[index % tints.length]} edge`, boxPath(from, y, width, bar))}<title>${said(part)}</title>${
      words !== undefined &&
      markup`<text class="label middle" x="${from + width / 2}" y="${y + 13}">${words}</text>`
    }</g>`
  })
  return markup`${drawn}`
}

const percent = (share: number) => `${Math.round(share * 100)} %`
const said = ({ name, count, share }: Part) => `${name} ${count} (${percent(share)})`
