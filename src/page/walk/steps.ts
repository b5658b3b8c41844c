import type { Scale } from '../scale/commands.ts'
import type { Executor } from '../work/entries.ts'
import { type Check, elsewhere, killedWorker, onEventLoop, oneOfThree } from './checks.ts'

export interface Step {
  title: string
  /** What is done, what is to be seen, and why that is so. */
  todo: string
  expect: string
  why: string
  /** The button, and what it runs. */
  label: string
  executor: Executor
  params: Record<string, unknown>
  /** So many servers, and at least so many workers. */
  needs: Partial<Scale>
  /** With these it shows more. */
  better: Partial<Scale>
  check: Check
}

/** What the steps run: the default task, whose default parameters take about 3 s of one core. */
export const task = 'primes'

const usual = { params: {}, better: {} }

export const steps: readonly Step[] = [
  {
    ...usual,
    title: 'Block the event loop',
    todo: 'Run a task of about 3 s inside a request, on the event loop of the only server.',
    expect:
      'The server turns red in the picture, and the bystander’s light requests wait, all of them, until the task is done.',
    why:
      'All JavaScript of a Node.js process shares one event loop, and while a computation holds it nothing else gets a turn: no request, no timer, no health check. ' +
      'When it ends all are answered at once, and who came first has waited longest: the ramp in the chart.',
    label: 'Run on the event loop',
    executor: 'event-loop',
    needs: { server: 1 },
    check: onEventLoop,
  },
  {
    ...usual,
    title: 'Run it on a thread',
    todo: 'The same task in the same server, on a thread beside the event loop.',
    expect: 'This request takes as long as before, but the bystander feels next to nothing.',
    why:
      'A thread computes beside the event loop, which goes on turning: only the request that wants the result waits for it. ' +
      'What it takes is CPU time, so with more threads at work than there are cores, each is slower.',
    label: 'Run on a thread',
    executor: 'thread',
    needs: { server: 1 },
    check: elsewhere('thread'),
  },
  {
    ...usual,
    title: 'Put it on the queue',
    todo: 'The same task as a job on the queue. The request is answered at once; a worker does the work.',
    expect:
      'The job travels over Redis to a worker, and again the bystander feels next to nothing.',
    why:
      'The server only writes the job to Redis; another process, perhaps on another machine, takes it from there. ' +
      'So work can wait its turn, outlive the server that took it in, and have as many workers as it needs.',
    label: 'Put on the queue',
    executor: 'queue',
    needs: { server: 1, worker: 1 },
    check: elsewhere('queue'),
  },
  {
    ...usual,
    title: 'Block one of three servers',
    todo: 'The task on an event loop again, now with two more servers behind the load balancer.',
    expect: 'One server turns red. The other two answer the bystander, quickly.',
    why:
      'nginx gives each request to the server with the fewest open ones, and those that hang at the blocked server stay open, so others are preferred. ' +
      'More servers make a blocked event loop rarer to meet, but mend nothing: who is there already waits, and three such requests block all three.',
    label: 'Block one of three',
    executor: 'event-loop',
    needs: { server: 3 },
    check: oneOfThree,
  },
  {
    title: 'Kill a worker in the middle of a job',
    todo: 'Put a longer job on the queue, and kill the worker that runs it.',
    expect:
      'The worker vanishes or starts anew. The job is taken a second time, within 15 s, and completed.',
    why:
      'The job stays in Redis while a worker runs it under a lock that it has to renew; when a dead worker’s lock has run out, the job is given to the next one. ' +
      'So it runs at least once and has one end, and since it may run twice, a task had better be a pure function.',
    label: 'Start the job',
    executor: 'queue',
    // About 5 s, so that there is time to kill.
    params: { limit: 15_000_000 },
    needs: { worker: 1 },
    better: { worker: 2 },
    check: killedWorker,
  },
]
