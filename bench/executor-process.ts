import { createThreadExecutor } from '../src/executors/thread.ts'
import { loadCatalogue } from '../src/tasks/catalogue.ts'
import { inBench } from './systems/processes.ts'

// The executor `thread` and nothing around it: no HTTP, no queue. It takes how many threads, how many runs are asked
// for at a time, the iterations of the task `hash`, and for how many seconds; it prints runs a second.

const [size, open, iterations, seconds] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
]
const tasksDir = inBench('tasks')
const task = (await loadCatalogue(tasksDir)).get('hash')!
const threads = createThreadExecutor({ size, queueLimit: open, tasksDir })
const { signal } = new AbortController()
const run = () => threads.run({ task, params: { iterations }, timeoutMs: 60_000, signal })

/** @returns runs a second */
async function keepOpen(forS: number): Promise<number> {
  const began = performance.now()
  let runs = 0
  async function again(): Promise<void> {
    while (performance.now() < began + forS * 1000) {
      await run()
      runs++
    }
  }
  await Promise.all(Array.from({ length: open }, again))
  return (runs * 1000) / (performance.now() - began)
}

await keepOpen(seconds / 3) // until all threads have started, and what is used is compiled
console.log(await keepOpen(seconds))
await threads.close()
