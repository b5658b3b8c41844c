import { figure } from '../words.ts'
import { textWidth } from './text.ts'

export interface Tick {
  value: number
  /** '' draws a line without words. */
  label: string
}

/** From values to a place on paper. */
export interface Scale {
  /** Values outside of the scale are moved to its nearest end. */
  at(value: number): number
  ticks: Tick[]
  from: number
  to: number
}

/** Where a scale lies on paper; `to` may be less than `from`: y grows downwards. */
export interface Extent {
  from: number
  to: number
}

/**
 * The step of about `most` ticks over a span: 1, 2 or 5 times a power of ten
 * (Heckbert, Nice Numbers for Graph Labels, Graphics Gems 1990).
 */
export function niceStep(span: number, most: number): number {
  const raw = span / most
  const power = 10 ** Math.floor(Math.log10(raw) + 1e-9)
  const times = [1, 2, 5, 10].find((each) => each >= raw / power - 1e-9)!
  return tidy(times * power)
}

/**
 * From 0 to a maximum, which becomes the next tick unless it is `exact`.
 *
 * @param whole only whole numbers have ticks
 */
export function linearScale(
  maximum: number,
  extent: Extent,
  {
    most = 6,
    exact = false,
    whole = false,
    label = figure,
  }: { most?: number; exact?: boolean; whole?: boolean; label?: (value: number) => string } = {},
): Scale {
  const wanted = maximum > 0 && Number.isFinite(maximum) ? maximum : 1
  const step = whole ? Math.max(1, niceStep(wanted, most)) : niceStep(wanted, most)
  const to = exact ? wanted : tidy(Math.ceil(wanted / step - 1e-9) * step)
  const ticks = Array.from({ length: Math.floor(to / step + 1e-9) + 1 }, (_, index) => {
    const value = tidy(index * step)
    return { value, label: label(value) }
  })
  return { at: between(0, to, extent, (value) => value), ticks, from: 0, to }
}

/** Logarithmic, for positive values in milliseconds. Its ends are 1, 2 or 5 times a power of ten. */
export function logScale(
  minimum: number,
  maximum: number,
  extent: Extent,
  label: (value: number) => string = msLabel,
): Scale {
  const low = Math.max(minimum, 0.01)
  const from = oneTwoFive(low, Math.floor)
  const to = Math.max(oneTwoFive(Math.max(maximum, low), Math.ceil), tidy(from * 10))
  return {
    at: between(from, to, extent, (value) => Math.log10(Math.max(value, from))),
    ticks: logTicks(from, to, label),
    from,
    to,
  }
}

/** All ticks from a second on are in seconds: `100 s` is read faster below `50 s` than `1 min 40 s` is. */
function msLabel(ms: number): string {
  return ms < 1000 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`
}

/** 1, 2 and 5 times powers of ten; those have words that leave others room: all of few decades. */
export function logTicks(from: number, to: number, label = msLabel): Tick[] {
  const decades = Math.log10(to / from)
  const ticks: Tick[] = []
  for (let power = Math.floor(Math.log10(from) - 1e-9); 10 ** power <= to * 1.0001; power++)
    for (const times of [1, 2, 5]) {
      const value = tidy(times * 10 ** power)
      if (value < from * 0.9999 || value > to * 1.0001) continue
      const wordy = decades <= 2.5 || times === 1
      ticks.push({ value, label: wordy ? label(value) : '' })
    }
  return ticks
}

const shares = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, 0.999999]

/**
 * For shares of a sample (0 to below 1), by the logarithm of what lies beyond: 0, 90, 99, 99.9 % are
 * evenly spaced, as in HdrHistogram's plots.
 *
 * @param to the largest share: no tick is beyond
 */
export function percentileScale(to: number, extent: Extent): Scale {
  const end = Math.max(to, 0.5)
  const at = between(0, end, extent, (share) => -Math.log10(1 - share))
  const ticks = shares
    .filter((share) => share <= end + 1e-9)
    .map((value) => ({ value, label: `${Number((value * 100).toPrecision(8))} %` }))
  return { at, ticks: withRoom(ticks, at), from: 0, to: end }
}

/** The lower, the more usual; of two that stand too close to each other, the less usual one goes. */
function rarity({ value }: Tick): number {
  if (value === 0.75 || value === 0.95) return 2
  return value === 0.5 ? 1 : 0
}

function withRoom(ticks: Tick[], at: (value: number) => number): Tick[] {
  const kept: Tick[] = []
  for (const tick of ticks.toSorted((a, b) => rarity(a) - rarity(b))) {
    const fits = (other: Tick) =>
      Math.abs(at(other.value) - at(tick.value)) >=
      (textWidth(other.label) + textWidth(tick.label)) / 2 + (rarity(tick) === 2 ? 14 : 6)
    const outOfTurn = rarity(tick) === 2 && kept.every(({ value }) => value !== 0.5)
    if (kept.every(fits) && !outOfTurn) kept.push(tick)
  }
  return kept.toSorted((a, b) => a.value - b.value)
}

function between(
  from: number,
  to: number,
  extent: Extent,
  bend: (value: number) => number,
): (value: number) => number {
  const low = bend(from)
  const span = bend(to) - low
  return (value) => {
    const share = (bend(Math.min(to, Math.max(from, value))) - low) / span
    return extent.from + share * (extent.to - extent.from)
  }
}

/** The next of 1, 2, 5 times a power of ten: below by Math.floor, above by Math.ceil. */
function oneTwoFive(value: number, round: (value: number) => number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
  const times = value / power
  if (round === Math.floor) return tidy([5, 2, 1].find((each) => each <= times + 1e-8)! * power)
  return tidy([1, 2, 5, 10].find((each) => each >= times - 1e-8)! * power)
}

/** 0.30000000000000004 is 0.3. */
const tidy = (value: number) => Number(value.toPrecision(12))
