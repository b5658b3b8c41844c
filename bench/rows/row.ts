import { median } from '../figures.ts'

/**
 * One row of the table: something that is measured of Unblock and of its peers, in turn, in one run.
 * Every figure that counts is a ratio, of medians of interleaved samples.
 */
export interface Row {
  /** As in `npm run bench -- --only light`. */
  name: string
  /** What is measured, in a sentence. */
  about: string
  measure(run: BenchRun): Promise<Figure[]>
}

/** How long and how often is measured: `full` is what the README shows, `smoke` only shows that it runs. */
export const efforts = ['full', 'quick', 'smoke'] as const
export type Effort = (typeof efforts)[number]

export interface BenchRun {
  effort: Effort
  /** Of three, the one for this effort. */
  choose<T>(of: Record<Effort, T>): T
  /** Says how far it is. */
  tell(line: string): void
}

/** Unblock's samples against those of one other: a peer, a bare loop, or itself under other conditions. */
export interface Figure {
  row: string
  /** What was measured, such as `GET /api/tasks` or `2.5 ms, thread`. */
  measure: string
  unit: string
  ours: Side
  theirs: Side
  /** Median of ours over median of theirs; of samples in pairs, the median of their ratios (`pairedFigure`). */
  ratio: number
  /** What the ratio should be; undefined where it is only shown. */
  reach?: { atLeast: number } | { atMost: number }
}

export interface Side {
  /** Who: `Unblock`, `bare Fastify + BullMQ`, `bare loop`. */
  name: string
  /** One a round. */
  samples: number[]
  /** Answers that were no success, over all rounds. */
  failed?: number
}

/** @returns the figure with its ratio; NaN where a side has no samples */
export function figure(given: Omit<Figure, 'ratio'>): Figure {
  return { ...given, ratio: median(given.ours.samples) / median(given.theirs.samples) }
}

/** Undefined where nothing was to be reached. */
export function isReached({ ratio, reach }: Figure): boolean | undefined {
  if (reach === undefined) return undefined
  return 'atLeast' in reach ? ratio >= reach.atLeast : ratio <= reach.atMost
}
