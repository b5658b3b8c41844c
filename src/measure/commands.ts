import { Command } from 'commander'
import type { CompareCommandOptions } from './compare/command.ts'
import { metricNames } from './compare/metrics.ts'
import { parseConfidence, parseMetric, parseSeed, parseThreshold } from './compare/options.ts'
import type { MeasureOptions } from './measure.ts'
import {
  parseDurationOption,
  parseExecutors,
  parseParam,
  parseRate,
  parseRepetitions,
  parseSpacing,
  parseTask,
} from './scenario/flags.ts'

/** The commands that measure. What a command needs is loaded when it is the one. */
export const measureCommands = (): Command[] => [measure(), compare(), report()]

function measure(): Command {
  return new Command('measure')
    .description('measure a task under load, and its bystander: a table, raw records, a report')
    .argument(
      '[scenario]',
      'a file, or the name of one in experiments/; strategies if nothing else is said either',
    )
    .option('--target <url>', 'a service that runs already; without it, a stack is started here')
    .option('--executor <name>', 'event-loop, thread or queue; several with commas', parseExecutors)
    .option('--rate <number>', 'requests due a second, all the time', parseRate)
    .option('--duration <time>', 'how long each trial sends: 500ms, 20s, 2m', parseDurationOption)
    .option('--spacing <kind>', 'when requests are due: even, or at random: poisson', parseSpacing)
    .option('--repetitions <number>', 'trials of each condition, interleaved', parseRepetitions)
    .option('--task <name>', 'which task', parseTask)
    .option('--tasks <dir>', 'folder with tasks of your own, for the stack that is started here')
    .option('--param <name=value>', 'a parameter of the task; can be given again', parseParam)
    .option('--out <dir>', 'folder for the run; by default a new one in .unblock/runs')
    .option('--quiet', 'says nothing before the result')
    .option('--json', 'prints the summary as JSON, and nothing else on standard output')
    .addHelpText('after', measureHelp)
    .action(async (scenario: string | undefined, options: MeasureOptions) => {
      const { runMeasure } = await import('./measure.ts')
      process.exitCode = await runMeasure(scenario, options)
    })
}

const measureHelp = `
Latency counts from when a request was due, whether or not earlier ones were answered. Without a scenario,
--executor, --rate and the like describe one: on threads, 1 request a second for 10 s if they say no more.
With one, they take the place of what it says. Ctrl-C keeps what was measured.

A target is asked for GET /api/blocking?executor=…&task=… and /api/non-blocking?task=…, with the parameters. JSON
is the summary; of one condition alone, its figures stand at the top, too.

Exit codes: 0 measured; 1 nothing that can be used (a void run, or an error); 130 interrupted.

Example:
  $ unblock measure
  $ unblock measure saturation --executor queue
  $ unblock measure --tasks examples/tasks --task option-price --param paths=100000 --rate 5
  $ unblock measure --target http://localhost:8080 --executor event-loop --task primes --param limit=100000 \\
      --rate 100 --duration 10s --json`

function compare(): Command {
  return new Command('compare')
    .description('tell a difference between two runs, or two conditions of one, from noise')
    .argument(
      '<A>',
      'RUN or RUN:CONDITION; a run is a folder, its name in .unblock/runs, or latest',
    )
    .argument('<B>', 'the same: is B faster or slower than A?')
    .option(
      '--metric <name>',
      `which figure decides: ${metricNames.join(', ')}; p50 if not given`,
      parseMetric,
    )
    .option('--confidence <share>', 'of the interval; 0.99 if not given', parseConfidence)
    .option('--threshold <share>', 'a smaller difference is noise; 2% if not given', parseThreshold)
    .option('--seed <number>', 'of the bootstrap; 1 if not given', parseSeed)
    .option('--fail-if-slower', 'exits with 1 where B is slower, or fails more often')
    .option('--json', 'prints the comparison as JSON')
    .addHelpText('after', compareHelp)
    .action(async (a: string, b: string, options: CompareCommandOptions) => {
      const { runCompare } = await import('./compare/command.ts')
      const output = { cwd: process.cwd(), write: (text: string) => process.stdout.write(text) }
      process.exitCode = await runCompare(a, b, options, output)
    })
}

const compareHelp = `
Trials are what is resampled: measure with --repetitions 10 or more. Two versions or targets in one scenario
(versions: …) are interleaved, so that a drifting machine favours neither; two runs one after another are not.
Only the chosen figure decides; the others are shown, for whoever looks at many is often fooled by one.

Exit codes: 0. With --fail-if-slower 1 where B is slower, fails more often or cannot be used, and 2 where that
is not known: too few trials, say.

Example:
  $ unblock compare latest:event-loop-1-server latest:thread-1-server
  $ unblock compare before after --metric p99 --fail-if-slower`

function report(): Command {
  return new Command('report')
    .description('make the summary and the report of a run again, from its records')
    .argument('[run]', 'a folder, the name of a run in .unblock/runs, or latest', 'latest')
    .option('--json', 'prints the summary as JSON, and nothing else on standard output')
    .addHelpText('after', '\nExample:\n  $ unblock report latest')
    .action(async (run: string, options: { json?: true }) => {
      const { runReport } = await import('./measure.ts')
      await runReport(run, options)
    })
}
