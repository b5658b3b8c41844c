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

// Until each thread has started.
await Promise.all(Array.from({ length: open }, run))
const began = performance.now()
const endsAt = began + seconds * 1000
let runs = 0
async function again(): Promise<void> {
  while (performance.now() < endsAt) {
    await run()
    runs++
  }
}
await Promise.all(Array.from({ length: open }, again))
console.log((runs * 1000) / (performance.now() - began))
await threads.close()
