/**
 * Asks once for all that is asked for in one turn of the event loop. Under load many requests arrive in
 * one turn, and a question to Redis costs much the same for one of them as for all.
 *
 * @param ask answers in the order of the items; where it fails, so does each of them
 * @param most items in one question; more are asked for in several
 */
export function inBatches<Item, Answer>(
  ask: (items: Item[]) => Promise<Answer[]>,
  most: number,
): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = []

  function askAll(): void {
    const all = waiting
    waiting = []
    for (let from = 0; from < all.length; from += most) void answer(all.slice(from, from + most))
  }

  async function answer(batch: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await ask(batch.map(({ item }) => item))
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      // What has arrived is read before what is immediate is done: all of it is here by then.
      if (waiting.length === 0) setImmediate(askAll)
      waiting.push({ item, resolve, reject })
    })
}

interface Waiting<Item, Answer> {
  item: Item
  resolve(answer: Answer): void
  reject(error: unknown): void
}
