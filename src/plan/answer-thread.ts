import { parentPort, Worker, workerData } from 'node:worker_threads'
import { answerQuestion } from './answer/answer.ts'
import type { Plan, Question } from './answer/plan.ts'
import type { Profile } from './fit/profile.ts'

/**
 * Answers on a thread of its own: seconds of simulation on the event loop would leave nobody to hear Ctrl-C.
 *
 * @throws {Error} the reason of `signal`, when it is aborted before
 */
export async function answerOnThread(
  question: Question,
  profile: Profile,
  signal: AbortSignal,
): Promise<Plan> {
  signal.throwIfAborted()
  const thread = new Worker(new URL(import.meta.url), { workerData: { question, profile } })
  const { promise, resolve, reject } = Promise.withResolvers<Plan>()
  thread.once('message', resolve)
  thread.once('error', reject)
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', stop)
    await thread.terminate()
  }
}

// Here it is the thread.
if (parentPort !== null && isQuestion(workerData))
  parentPort.postMessage(answerQuestion(workerData.question, workerData.profile))

function isQuestion(data: unknown): data is { question: Question; profile: Profile } {
  return typeof data === 'object' && data !== null && 'question' in data && 'profile' in data
}
