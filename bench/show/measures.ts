import { median } from '../figures.ts'
import type { Figure, Side } from '../rows/row.ts'

/** What one measure found of everybody, ours first: figures of the same measure and the same samples of ours. */
export interface Measure {
  name: string
  unit: string
  ours: Side
  /** In the order of their sides, each with another. */
  figures: Figure[]
}

/** Figures by what they measure, in their order. */
export function measuresOf(figures: readonly Figure[]): Measure[] {
  const measures: Measure[] = []
  for (const figure of figures) {
    const known = measures.find((each) => isOf(figure, each))
    if (known !== undefined) known.figures.push(figure)
    else {
      const { measure: name, unit, ours } = figure
      measures.push({ name, unit, ours, figures: [figure] })
    }
  }
  return measures
}

/** Files that were read know no identity: samples are compared by what they are. */
function isOf(figure: Figure, { name, unit, ours }: Measure): boolean {
  return (
    figure.measure === name &&
    figure.unit === unit &&
    figure.ours.name === ours.name &&
    String(figure.ours.samples) === String(ours.samples)
  )
}

/** The highest value that a plot of these has to have room for: samples, and what should be reached. */
export function highest(values: readonly number[]): number {
  return Math.max(0, ...values.filter(Number.isFinite))
}

export function valuesOf({ samples }: Side): number[] {
  return [median(samples), ...samples]
}
