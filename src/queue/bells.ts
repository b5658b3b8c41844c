/** Bells under names: whoever rings a name wakes all who listen to it. */
export interface Bells<News> {
  /** @param news what it is about, where that is known */
  ring(name: string, news?: News): void
  /** One more bell under this name. */
  hang(name: string): Bell<News>
  /** Names that somebody listens to. */
  size(): number
}

export interface Bell<News> {
  ring(): void
  /**
   * Resolves at the first ring since it was hung or silenced, at once where that has been: to the news, or to undefined
   * where it came without.
   */
  heard(): Promise<News | undefined>
  /** Forgets the rings until now. */
  silence(): void
  remove(): void
}

export function bellsByName<News>(): Bells<News> {
  const bells = new Map<string, Set<(news?: News) => void>>()
  return {
    ring(name, news) {
      for (const strike of bells.get(name) ?? []) strike(news)
    },
    hang(name) {
      let next = Promise.withResolvers<News | undefined>()
      const strike = (news?: News) => next.resolve(news)
      const named = bells.get(name) ?? new Set()
      bells.set(name, named.add(strike))
      return {
        ring: () => strike(),
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
