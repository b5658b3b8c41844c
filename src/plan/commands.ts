import { Command, Option } from 'commander'
import { parseSeed } from '../measure/compare/options.ts'
import {
  parseDurationOption,
  parseExecutors,
  parseParam,
  parseRate,
  parseTask,
} from '../measure/scenario/flags.ts'
import {
  parseArrivals,
  parseBalance,
  parseCount,
  parsePrice,
  parseShare,
  parseTime,
  readTrace,
} from './options.ts'
import type { PlanOptions } from './plan.ts'

/** `unblock plan`. What it needs is loaded when it is the command. */
export function planCommand(): Command {
  return new Command('plan')
    .description('how many servers, workers and cores a rate needs, from what was measured')
    .option('--rate <number>', 'requests a second that are to be served', parseRate)
    .option('--p95 <time>', '95 of 100 requests are to be done within: 500ms, 2s', parseTime('p95'))
    .option('--p50 <time>', 'and half of them within', parseTime('p50'))
    .option('--p99 <time>', 'and 99 of 100 within', parseTime('p99'))
    .option(
      '--from <run>',
      'a run of measure to start from, or latest; can be given again. Without it, it measures first',
      (run: string, before: string[] = []) => [...before, run],
    )
    .option('--executor <name>', 'event-loop, thread or queue; several with commas', parseExecutors)
    .option('--task <name>', 'which task, where it measures', parseTask)
    .option('--tasks <dir>', 'folder with tasks of your own')
    .option('--param <name=value>', 'a parameter of the task; can be given again', parseParam)
    .option(
      '--cores <number>',
      "of each instance; if not given, the measured machine's",
      parseCount('cores', { least: 1, most: 256 }),
    )
    .option(
      '--threads <number>',
      'of each instance; if not given, one a core',
      parseCount('threads', { least: 1, most: 1024 }),
    )
    .option('--balance <policy>', 'least_conn (default), round_robin or random_two', parseBalance)
    .option(
      '--arrivals <how>',
      'poisson (default), even, or bursts: 5x10s/60s is five times the rate of else, for 10 s of each 60 s',
      parseArrivals,
    )
    .option('--trace <file>', 'requests come as they came once: a time in each line', readTrace)
    .option(
      '--refused <share>',
      'how many may be refused or too late: 0.1%; 0 if not given',
      parseShare,
    )
    .option('--deadline <time>', 'after which nobody waits for a result', parseTime('deadline'))
    .option(
      '--line-limit <number>',
      'requests that may wait in a server (THREAD_QUEUE_LIMIT); 64 if not given',
      parseCount('line-limit', { least: 0, most: 1_000_000 }),
    )
    .option(
      '--queue-limit <number>',
      'jobs that may wait (QUEUE_LIMIT); 10000 if not given, or an hour of CPU time',
      parseCount('queue-limit', { least: 0, most: 10_000_000 }),
    )
    .option(
      '--failures <time>',
      'how long an instance lives on average, until it dies and is started again',
      parseTime('failures'),
    )
    .option('--price <number>', 'what a core costs for an hour, for the cost curve', parsePrice)
    .option('--seed <number>', 'of the simulation; 1 if not given', parseSeed)
    .option('--verify', 'predicts settings that were not measured, runs them, and compares')
    .option(
      '--rounds <number>',
      'how often --verify measures, predicts and compares; 5 if not given. The median counts',
      parseCount('rounds', { least: 1, most: 99 }),
    )
    .addOption(
      new Option('--duration <time>', 'of each trial of --verify').argParser(parseDurationOption),
    )
    .option('--out <dir>', 'folder for the plan; by default a new one in .unblock/plans')
    .option('--quiet', 'says nothing before the result')
    .option('--json', 'prints the plan as JSON, and nothing else on standard output')
    .addHelpText('after', help)
    .action(async (options: PlanOptions) => {
      const { runPlan } = await import('./plan.ts')
      process.exitCode = await runPlan(options)
    })
}

const help = `
Measures how long the task takes alone, beside others, and when there is more than can be done, on each executor
(two to three minutes; seven for a task of seconds), or takes that from runs of measure; and simulates nginx, servers,
queue and workers until it has the fewest that meet the target. What lies outside of what was measured is marked.

Each instance that runs tasks is taken to have --cores of its own. --verify needs no rate: five times it measures the
task on this machine (with --from: takes it from the runs), predicts settings it has not measured, and runs them: half
an hour (two hours for a task of seconds).

Exit codes: 0 answered, also where no number of instances is enough; 1 an error; 130 interrupted.

Example:
  $ unblock plan --rate 50 --p95 2s --param limit=1000000
  $ unblock plan --rate 50 --p95 2s --from latest --executor queue --json
  $ unblock plan --tasks examples/tasks --task option-price --rate 200 --p99 1s --price 0.04
  $ unblock plan --verify --param limit=700000`
