import { type Item, list } from '../../report/list.ts'
import type { Markup } from '../../report/markup.ts'
import { count, percent } from '../../report/words.ts'
import { busyAtMost } from '../answer/capacity.ts'
import { loopBusyAtMost } from '../answer/deployment.ts'
import type { Plan } from '../answer/plan.ts'

/** How the figures come about, and what they mean. */
export function meaning({ simulated, question }: Plan): Markup {
  const items: Item[] = [
    [
      'The fewest',
      `the least number of instances with which the simulation meets every target and refuses no more than may be, cores that run tasks are busy for at most ${percent(busyAtMost)} of what they can do, and event loops of servers for at most ${percent(loopBusyAtMost)} of their time with HTTP.`,
    ],
    [
      'Latency',
      'from when a request comes until its client has the result. Percentiles are of all that come: what is refused or expires counts as never done.',
    ],
    [
      'By the measured times alone',
      'what it would be if the speed that was measured were at either end of its own interval, which about 95 of 100 repetitions of the measurements would find it within. It knows nothing of what was never measured, nor of a machine that is slower on another day. “Or none”: at the slow end no number is enough.',
    ],
    [
      'Enough up to',
      'the highest rate at which the same instances still meet every target, to a hundredth; and what then breaks. Latency: results come too late. Cores: they have hardly any time left. Refusals: a line or the queue is full, or, where instances die, none is alive. Deadline: requests wait beyond it. Server loop: event loops have more HTTP than they can do.',
    ],
    [
      'Busy',
      'the share of the cores’ time in which they have a task to run. HTTP: the share of the servers’ event loops that requests alone take.',
    ],
    [
      'Waiting',
      'requests or jobs that have come and do not run yet, in all; over time, and the most at any moment.',
    ],
    [
      'Others',
      'who ask for something cheap while tasks run on the event loop: they wait behind these as any other request does.',
    ],
    ['Cores', 'of all instances that run tasks, and one for each server that does not.'],
    [
      'Simulation',
      `a discrete-event simulation of nginx, servers, threads and the queue with its workers, which draws the time of each task from those that were measured; ${count(simulated.requests, 'request')} for this page. Same seed (${question.seed}), same answer.`,
    ],
    [
      'Several at once',
      'tasks on one machine slow each other down. By N. J. Gunther’s Universal Scalability Law (Guerrilla Capacity Planning, 2007), n at once get n / (1 + σ (n − 1) + κ n (n − 1)) times as much done as one alone.',
    ],
    [
      'By theory',
      'the mean wait in an M/G/c queue by the Allen–Cunneen approximation: that of M/M/c, by A. K. Erlang’s formula C (1917), times half the sum of the squared coefficients of variation of arrivals and tasks (A. O. Allen, Probability, Statistics, and Queueing Theory, 1978). It is there to check the simulation, where its assumptions hold: random arrivals, one line for all workers, nothing refused.',
    ],
  ]
  return list(items)
}
