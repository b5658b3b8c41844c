import type { RateShape } from '../scenario/schema.ts'

/** A rate over the time of one trial. Times are milliseconds, rates are requests a second. */
export interface RateLaw {
  rateAt(atMs: number): number
  /** Requests due before a time: the integral of the rate. */
  expectedBy(atMs: number): number
  /**
   * When the n-th request is due, from 0 and not only for whole n: the last moment at which no more than n
   * are expected, so that time without requests is skipped. Undefined: not in this trial.
   */
  timeOf(n: number): number | undefined
}

/** A stretch of time in which the rate changes evenly, or not at all. */
interface Piece {
  startMs: number
  lengthMs: number
  from: number
  to: number
}

/** What comes once, and what is repeated after it until the end. `startMs` of these counts from their cycle. */
interface Course {
  once: Piece[]
  cycle: Piece[]
}

export function rateLaw(shape: RateShape, durationMs: number): RateLaw {
  const { once, cycle } = courseOf(shape, durationMs)
  const onceMs = lengthOf(once)
  const onceCount = countOf(once)
  const cycleMs = lengthOf(cycle)
  const cycleCount = countOf(cycle)
  const total = expectedBy(durationMs)
  // What is so near to the end of a piece is beyond it: sums of fractions are not exact.
  const tolerance = 1e-12 * Math.max(1, total)

  /** The pieces of a time, and the time seen from their start. */
  function around(atMs: number): { pieces: Piece[]; cycles: number; ms: number } {
    const ms = Math.min(Math.max(atMs, 0), durationMs)
    if (ms < onceMs || cycleMs === 0) return { pieces: once, cycles: 0, ms }
    const cycles = Math.floor((ms - onceMs) / cycleMs)
    return { pieces: cycle, cycles, ms: Math.max(0, ms - onceMs - cycles * cycleMs) }
  }

  function expectedBy(atMs: number): number {
    const { pieces, cycles, ms } = around(atMs)
    const before = pieces === once ? 0 : onceCount + cycles * cycleCount
    return pieces.reduce((sum, piece) => sum + countIn(piece, ms - piece.startMs), before)
  }

  function findIn(pieces: Piece[], n: number): number | undefined {
    let rest = n
    for (const piece of pieces) {
      const count = countIn(piece, piece.lengthMs)
      if (rest < count - tolerance) return piece.startMs + timeIn(piece, rest)
      rest -= count
    }
    return undefined
  }

  return {
    expectedBy,
    rateAt(atMs) {
      const { pieces, ms } = around(atMs)
      const piece = pieces.findLast(({ startMs }) => startMs <= ms)!
      return rateIn(piece, ms - piece.startMs)
    },
    timeOf(n) {
      if (n >= total - tolerance) return undefined
      let ms = findIn(once, n)
      if (ms === undefined) {
        const cycles = Math.floor((n - onceCount + tolerance) / cycleCount)
        const within = findIn(cycle, n - onceCount - cycles * cycleCount)
        ms = onceMs + cycles * cycleMs + (within ?? cycleMs)
      }
      return ms < durationMs ? ms : undefined
    },
  }
}

function courseOf(shape: RateShape, durationMs: number): Course {
  const flat = (startMs: number, lengthMs: number, rate: number): Piece => ({
    startMs,
    lengthMs,
    from: rate,
    to: rate,
  })
  switch (shape.shape) {
    case 'constant':
      return { once: [flat(0, durationMs, shape.rate)], cycle: [] }
    case 'ramp': {
      const { from, to } = shape
      return { once: [{ startMs: 0, lengthMs: durationMs, from, to }], cycle: [] }
    }
    case 'step': {
      const { length } = shape.rates
      const startOf = (index: number) => (index * durationMs) / length
      const stepOf = (rate: number, index: number) =>
        flat(startOf(index), startOf(index + 1) - startOf(index), rate)
      return { once: shape.rates.map(stepOf), cycle: [] }
    }
    case 'bursts': {
      // The first burst begins after `everyMs`: what comes before one is a burst's length longer.
      const { rate, burst, everyMs, lengthMs } = shape
      const calmMs = everyMs - lengthMs
      const once = [flat(0, lengthMs, rate)]
      return { once, cycle: [flat(0, calmMs, rate), flat(calmMs, lengthMs, burst)] }
    }
  }
}

function rateIn({ lengthMs, from, to }: Piece, ms: number): number {
  return from === to ? from : from + (to - from) * (ms / lengthMs)
}

function countIn(piece: Piece, ms: number): number {
  const within = Math.min(Math.max(ms, 0), piece.lengthMs)
  return (((piece.from + rateIn(piece, within)) / 2) * within) / 1000
}

/**
 * The time at which `n` are expected in a piece: the root of `from·t + slope·t²/2 = n` in the form that
 * does not cancel where the slope is small. For a constant rate it is `n·1000/rate` to the last bit.
 */
function timeIn({ lengthMs, from, to }: Piece, n: number): number {
  const count = Math.max(0, n)
  const slope = ((to - from) * 1000) / lengthMs
  const divisor = from + Math.sqrt(Math.max(0, from * from + 2 * slope * count))
  return divisor === 0 ? 0 : (2000 * count) / divisor
}

function lengthOf(pieces: Piece[]): number {
  return pieces.reduce((sum, { lengthMs }) => sum + lengthMs, 0)
}

function countOf(pieces: Piece[]): number {
  return pieces.reduce((sum, piece) => sum + countIn(piece, piece.lengthMs), 0)
}
