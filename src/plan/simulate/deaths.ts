import { createRandom } from '../../random.ts'
import { exponential } from './draw.ts'
import { Heaps } from './heaps.ts'
import { streams } from './streams.ts'
import type { Failures } from './system.ts'

/**
 * When instances die and come back. Each has random numbers of its own, so that one instance more changes nothing
 * for the others. Times are milliseconds.
 */
export class Deaths {
  readonly #downMs: number
  readonly #livesMs: (() => number)[]
  readonly #away: Uint8Array
  /** One heap: instances, by when each dies or comes back. */
  readonly #next: Heaps

  /** When an instance dies or comes back next. Infinity: none ever does. */
  nextMs = Number.POSITIVE_INFINITY

  constructor(failures: Failures | null, instances: number, seed: number) {
    const dying = failures === null ? 0 : instances
    const { meanBetweenMs = 0, downMs = 0 } = failures ?? {}
    this.#downMs = downMs
    this.#livesMs = Array.from({ length: dying }, (_, instance) =>
      exponential(meanBetweenMs, createRandom(seed, streams.failures + instance)),
    )
    this.#away = new Uint8Array(dying)
    this.#next = new Heaps(1, dying)
    for (const [instance, lifeMs] of this.#livesMs.entries()) this.#next.push(0, instance, lifeMs())
    if (dying > 0) this.nextMs = this.#next.leastKeyOf(0)
  }

  /** What happens at `nextMs`: whether an instance dies or comes back, and which. */
  step(): { instance: number; dies: boolean } {
    const instance = this.#next.leastOf(0)
    const dies = this.#away[instance] === 0
    this.#away[instance] = dies ? 1 : 0
    const untilMs = dies ? this.#downMs : this.#livesMs[instance]!()
    this.#next.update(0, instance, this.nextMs + untilMs)
    this.nextMs = this.#next.leastKeyOf(0)
    return { instance, dies }
  }
}
