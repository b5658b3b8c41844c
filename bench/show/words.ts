import { figure as digits, unknown } from '../../src/report/words.ts'
import { median } from '../figures.ts'
import { type Figure, isReached, type Side } from '../rows/row.ts'
import type { Setting } from './results.ts'

/** What our side is called where nothing more is to be said of it. */
export const ourName = 'Unblock'

/** `15,400 requests/s`: the median of a side's samples. */
export function medianOf({ samples }: Side, unit: string): string {
  return withUnit(median(samples), unit)
}

export function withUnit(value: number, unit: string): string {
  return Number.isFinite(value) ? `${digits(value)} ${unit}` : unknown
}

/** Our value, with whose it is where that is not just Unblock's, as of Unblock against itself. */
export function oursOf({ ours, unit }: Figure): string {
  const value = medianOf(ours, unit)
  return ours.name === ourName ? value : `${ours.name.replace(`${ourName}, `, '')}: ${value}`
}

/**
 * Two digits after the point, three of all above 10; and more where these would say that a target is reached
 * that is not, or the other way round.
 */
export function ratioOf(figure: Figure): string {
  const { ratio } = figure
  if (!Number.isFinite(ratio)) return unknown
  const texts = [short(ratio), ratio.toFixed(3), ratio.toFixed(4)]
  const says = (text: string) => isReached({ ...figure, ratio: Number(text.replaceAll(',', '')) })
  return texts.find((text) => says(text) === isReached(figure)) ?? String(ratio)
}

/** The lowest and the highest ratio of one round, `0.61–0.67`; '' where there are not two rounds on both sides. */
export function rangeOf({ ours, theirs }: Figure): string {
  if (ours.samples.length !== theirs.samples.length || ours.samples.length < 2) return ''
  const ratios = ours.samples.map((sample, round) => sample / theirs.samples[round]!)
  return `${short(Math.min(...ratios))}–${short(Math.max(...ratios))}`
}

const short = (ratio: number) => (ratio >= 10 ? digits(ratio) : ratio.toFixed(2))

/** `≥ 0.9`, `≤ 1.3`; '' where nothing was to be reached. */
export function targetOf({ reach }: Figure): string {
  if (reach === undefined) return ''
  return 'atLeast' in reach ? `≥ ${reach.atLeast}` : `≤ ${reach.atMost}`
}

/** What the median of ours should be, given that of theirs. */
export function targetValueOf({ reach, theirs }: Figure): number | undefined {
  if (reach === undefined) return undefined
  return median(theirs.samples) * ('atLeast' in reach ? reach.atLeast : reach.atMost)
}

export function outcomeOf(figure: Figure): 'reached' | 'NOT reached' | 'shown only' {
  const reached = isReached(figure)
  if (reached === undefined) return 'shown only'
  return reached ? 'reached' : 'NOT reached'
}

/** `0.64 × (≥ 0.9) NOT reached`; `0.64 ×` where nothing was to be reached. */
export function comparedOf(figure: Figure): string {
  const target = targetOf(figure)
  const ratio = `${ratioOf(figure)} ×`
  return target === '' ? ratio : `${ratio} (${target}) ${outcomeOf(figure)}`
}

/** `2 cores of AMD EPYC; Node 26.10.0, nginx 1.22.1` */
export function machineOf({ machine, versions }: Pick<Setting, 'machine' | 'versions'>): string {
  const each = Object.entries(versions).map(([program, version]) => `${program} ${version}`)
  return [machine, each.join(', ')].filter((text) => text !== '').join('; ')
}

/** How many targets are not reached, in a sentence. */
export function missedOf(figures: readonly Figure[]): string {
  const targets = figures.filter(({ reach }) => reach !== undefined)
  const missed = targets.filter((each) => isReached(each) === false).length
  const all = `${targets.length} target${targets.length === 1 ? '' : 's'}`
  if (targets.length === 0) return 'Nothing was to be reached.'
  return missed === 0 ? `All of ${all} reached.` : `${missed} of ${all} NOT reached.`
}
