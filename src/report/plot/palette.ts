import type { ExecutorName } from '../words.ts'

/** How a series is told from others: by colour, and on black-and-white paper by dashes and marks. */
export interface SeriesStyle {
  /** A class of the plots' style sheet. */
  colour: Colour
  dash: string
  marker: Marker
}

export type Colour = 'vermilion' | 'blue' | 'green' | 'purple'
export type Marker = (typeof markers)[number]

/**
 * For light and dark paper. They are those of Okabe and Ito (Color Universal Design, 2008), which people
 * with any colour vision tell apart; blue is their sky blue in the dark, for contrast.
 */
export const colours: Record<Colour, { light: string; dark: string }> = {
  vermilion: { light: '#d55e00', dark: '#f0803c' },
  blue: { light: '#0072b2', dark: '#56b4e9' },
  green: { light: '#009e73', dark: '#2fc79b' },
  purple: { light: '#b5598c', dark: '#e29ac4' },
}

export const ofExecutor: Record<ExecutorName, Colour> = {
  'event-loop': 'vermilion',
  thread: 'blue',
  queue: 'green',
}
const cycle: readonly Colour[] = ['blue', 'vermilion', 'green', 'purple']
const dashes = ['', '7 4', '2 3', '11 3 2 3', '14 5', '6 2 1 2 1 2']
const markers = ['circle', 'square', 'triangle', 'diamond', 'triangle-down', 'plus'] as const

/**
 * A style for each condition. Where there are several executors, each has its colour and its
 * mark, and dashes tell its conditions apart; where there is one, conditions take turns in all of them.
 */
export function stylesOf(
  conditions: readonly { key: string; executor: ExecutorName }[],
): Map<string, SeriesStyle> {
  const executors = [...new Set(conditions.map(({ executor }) => executor))]
  const several = executors.length > 1
  const oneEach = conditions.length === executors.length
  const seen = new Map<string, number>()
  return new Map(
    conditions.map(({ key, executor }) => {
      const group = several ? executor : ''
      const index = seen.get(group) ?? 0
      seen.set(group, index + 1)
      const turn = Math.floor(index / dashes.length)
      const mark = several ? executors.indexOf(executor) + executors.length * turn : index + turn
      return [
        key,
        {
          colour: several ? ofExecutor[executor] : cycle[index % cycle.length]!,
          dash: dashes[(oneEach ? executors.indexOf(executor) : index) % dashes.length]!,
          marker: markers[mark % markers.length]!,
        },
      ]
    }),
  )
}
