import { createRandom } from '../../random.ts'

/** Seeded noise for trials, as logs: normal logs make log-normal times. */
export function createNoise(seed: number) {
  const random = createRandom(seed, 1)
  /** Box and Muller 1958. */
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return {
    /** `n` trials about `centre`, of which a share takes three times as long. */
    trials({ n, spread, centre = 0, bad = 0 }: Noise): number[] {
      return Array.from(
        { length: n },
        () => centre + spread * normal() + (random() < bad ? Math.log(3) : 0),
      )
    },
  }
}

interface Noise {
  n: number
  spread: number
  centre?: number
  /** Share of bad trials. */
  bad?: number
}
