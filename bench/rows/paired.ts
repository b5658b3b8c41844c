import { type BareLoop, runBare } from '../bare-loop.ts'
import { median } from '../figures.ts'
import type { Figure } from './row.ts'

/** Rates of something, each with what the bare loop reached just before and just after, on average. */
export interface Paired {
  samples: number[]
  bare: number[]
}

/** Measures things in turn, and the bare loop of each before and after it: the machine's speed changes within seconds. */
export function besideBareLoop(run: { cores: number; seconds: number }) {
  let last: { key: string; rate: number } | undefined
  /** @param measure runs a second @param iterations of a run of the bare loop */
  return async (
    { loop, iterations }: { loop: BareLoop; iterations: number },
    into: Paired,
    measure: () => Promise<number>,
  ): Promise<void> => {
    const key = `${loop.name} ${iterations}`
    const bare = () => runBare(loop, { ...run, iterations })
    const before = last?.key === key ? last.rate : await bare()
    last = undefined
    const rate = await measure()
    const after = await bare()
    last = { key, rate: after }
    into.samples.push(rate)
    into.bare.push((before + after) / 2)
  }
}

/** @returns the figure, its ratio the median of the ratios of pairs: one slow moment slows both of a pair, and no other */
export function pairedFigure(given: Omit<Figure, 'ratio'>): Figure {
  const { ours, theirs } = given
  return { ...given, ratio: median(ours.samples.map((each, n) => each / theirs.samples[n]!)) }
}
