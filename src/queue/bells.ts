/** Bells under names: whoever rings a name wakes all who listen to it. */
export interface Bells {
  ring(name: string): void
  /** One more bell under this name. */
  hang(name: string): Bell
  /** Names that somebody listens to. */
  size(): number
}

export interface Bell {
  ring(): void
  /** Resolves at the first ring since it was hung or silenced: at once where that has been. */
  heard(): Promise<void>
  /** Forgets the rings until now. */
  silence(): void
  remove(): void
}

export function bellsByName(): Bells {
  const bells = new Map<string, Set<() => void>>()
  return {
    ring(name) {
      for (const strike of bells.get(name) ?? []) strike()
    },
    hang(name) {
      let next = Promise.withResolvers<void>()
      const strike = () => next.resolve()
      const named = bells.get(name) ?? new Set()
      bells.set(name, named.add(strike))
      return {
        ring: strike,
        heard: () => next.promise,
        silence() {
          next = Promise.withResolvers()
        },
        remove() {
          named.delete(strike)
          if (named.size === 0) bells.delete(name)
        },
      }
    },
    size: () => bells.size,
  }
}
