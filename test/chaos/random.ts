/** Numbers that look random, the same for the same seed. */
export interface Random {
  /** From 0 up to, but not, 1. */
  next(): number
  /** One of these, as often as its weight says. */
  pick<T extends { weight: number }>(choices: readonly T[]): T
  /** True with this probability. */
  chance(probability: number): boolean
  /** Milliseconds to the next of events that come independently, `perS` a second on average. */
  gapMs(perS: number): number
}

/** mulberry32, by Tommy Ettinger: 32 bits of state, public domain. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    pick(choices) {
      let left = next() * choices.reduce((total, { weight }) => total + weight, 0)
      for (const choice of choices) {
        left -= choice.weight
        if (left < 0) return choice
      }
      return choices.at(-1)!
    },
    chance: (probability) => next() < probability,
    gapMs: (perS) => (-Math.log(1 - next()) / perS) * 1000,
  }
}
