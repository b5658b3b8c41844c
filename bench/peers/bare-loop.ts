import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { hash } from '../tasks/_hash.ts'

// What the machine gives to Node: threads that run the task in a loop and do nothing else. It takes how many threads,
// the task's iterations, and for how many seconds; it prints runs a second, of all threads together.

if (isMainThread) {
  const [threads, iterations, seconds] = process.argv.slice(2).map(Number)
  const all = Array.from(
    { length: threads! },
    () =>
      new Worker(fileURLToPath(import.meta.url), {
        workerData: { iterations, seconds },
        execArgv: [],
      }),
  )
  // Those that start first would have the machine for themselves.
  await Promise.all(all.map((thread) => once(thread, 'message')))
  const rates = all.map(async (thread) => {
    thread.postMessage('go')
    const [rate] = await once(thread, 'message')
    return rate as number
  })
  console.log((await Promise.all(rates)).reduce((sum, each) => sum + each, 0))
} else {
  const { iterations, seconds } = workerData as { iterations: number; seconds: number }
  hash(iterations)
  parentPort!.postMessage('ready')
  await once(parentPort!, 'message')
  const began = performance.now()
  let [runs, ms] = [0, 0]
  for (; ms < seconds * 1000; ms = performance.now() - began) {
    hash(iterations)
    runs++
  }
  parentPort!.postMessage((runs * 1000) / ms)
  parentPort!.close()
}
