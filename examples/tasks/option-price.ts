import { defineTask, Type } from 'unblock'

/**
 * What an Asian call option is worth: at the end it pays by how much the average price of a share,
 * taken at regular dates, lies above the strike, and nothing when it lies below. There is no formula
 * for it, so we play through many possible futures of the share and take the mean of what is paid.
 */
export default defineTask({
  name: 'option-price',
  summary: 'Prices an Asian call option by simulating the share price',
  params: Type.Object({
    spot: Type.Number({ minimum: 0.01, maximum: 1e6, default: 100, description: 'price today' }),
    strike: Type.Number({ minimum: 0, maximum: 1e6, default: 100, description: 'agreed price' }),
    rate: Type.Number({ minimum: -0.1, maximum: 1, default: 0.05, description: 'interest a year' }),
    volatility: Type.Number({ minimum: 0, maximum: 2, default: 0.2, description: 'a year' }),
    years: Type.Number({ minimum: 0.01, maximum: 30, default: 1, description: 'until it pays' }),
    dates: Type.Integer({ minimum: 1, maximum: 260, default: 12, description: 'in the average' }),
    paths: Type.Integer({
      minimum: 100,
      maximum: 2_000_000,
      default: 1_000_000,
      description: 'futures to play through: 100 times as many give one more digit',
    }),
    seed: Type.Integer({ minimum: 1, maximum: 2 ** 31, default: 1, description: 'of the dice' }),
  }),
  timeoutMs: 60_000,

  // The same parameters always give the same answer: a job that runs twice does no harm, and a test
  // can know the result.
  run({ spot, strike, rate, volatility, years, dates, paths, seed }, { progress }) {
    const normal = normalNumbers(seed)
    const step = years / dates
    const drift = (rate - volatility ** 2 / 2) * step
    const spread = volatility * Math.sqrt(step)
    const discount = Math.exp(-rate * years)
    let sum = 0
    let squares = 0
    for (let path = 1; path <= paths; path++) {
      let price = spot
      let total = 0
      for (let date = 0; date < dates; date++) {
        price *= Math.exp(drift + spread * normal())
        total += price
      }
      const paid = discount * Math.max(0, total / dates - strike)
      sum += paid
      squares += paid ** 2
      if (path % 1000 === 0) progress(path / paths)
    }
    const price = sum / paths
    const variance = Math.max(0, squares / paths - price ** 2)
    return { price, standardError: Math.sqrt(variance / paths), paths }
  },
})

/** Random numbers of mean 0 and deviation 1: the Box-Muller transform of `uniformNumbers`. */
function normalNumbers(seed: number): () => number {
  const uniform = uniformNumbers(seed)
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/** Random numbers above 0 and below 1: two turns of xorshift32 (Marsaglia 2003) for each. */
function uniformNumbers(seed: number): () => number {
  let state = seed
  const turn = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  return () => ((turn() >>> 6) * 2 ** 26 + (turn() >>> 6) + 0.5) / 2 ** 52
}
