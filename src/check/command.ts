import { Command } from 'commander'
import { EXIT_FAILED, EXIT_INTERRUPTED } from '../exit-codes.ts'
import { UsageError } from '../usage-error.ts'

interface Options {
  param?: Record<string, string>
  timeout?: number
  json?: true
}

/** `unblock check`: what it needs is loaded when it is the command. */
export function checkCommand(): Command {
  return new Command('check')
    .description('try a task file on every executor, without Redis: is it fit to run anywhere?')
    .argument('<file>', 'a task file of your own')
    .option(
      '--param <name=value>',
      'a parameter (JSON or text) other than its default; again for more',
      (text: string, before?: Record<string, string>) => ({ ...before, ...nameAndValue(text) }),
    )
    .option('--timeout <time>', 'how long a run may take, such as 30s', parseTime)
    .option('--json', 'as a JSON object')
    .addHelpText(
      'after',
      `\n${legend}\n\nExample:\n  $ unblock check examples/tasks/option-price.ts`,
    )
    .action(async (file: string, { param = {}, timeout, json }: Options) => {
      const { checkFile } = await import('./check-file.ts')
      const { reportText } = await import('./report.ts')
      const indicator = createIndicator(process.stderr)
      const letGo = exitOnSignals(indicator.clear)
      const report = await checkFile(file, {
        params: param,
        ...(timeout === undefined ? {} : { timeoutMs: timeout }),
        onCheck: indicator.show,
      }).finally(() => {
        letGo()
        indicator.clear()
      })
      console.log(json ? JSON.stringify(report, null, 2) : reportText(report))
      if (!report.fit) process.exitCode = EXIT_FAILED
    })
}

const legend = `It takes about ten runs of the task, and half a minute more where its time grows with its parameters.
The exit code is 0 where the task is fit (warnings do not count), 1 where it is not.`

function nameAndValue(text: string): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--param ${text}: must be name=value, such as limit=1000`)
  return { [text.slice(0, at)]: text.slice(at + 1) }
}

/** `500ms`, `30s`, `2m` in milliseconds. @throws {UsageError} */
export function parseTime(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  const ms = Math.round(Number(number) * { ms: 1, s: 1000, m: 60_000 }[unit as 'ms' | 's' | 'm'])
  if (ms >= 1 && ms <= 3_600_000) return ms
  throw new UsageError(`--timeout ${text}: must be a time from 1ms to 60m, such as 30s`)
}

/** Says on a terminal what is being checked, in a line that goes away. */
function createIndicator(output: NodeJS.WriteStream) {
  const write = (text: string) => {
    if (output.isTTY) output.write(`\r\x1b[K${text}`)
  }
  return { show: (name: string) => write(`checking: ${name} …`), clear: () => write('') }
}

/**
 * Has a signal end this process by an exit, which the processes that it has started do not outlive: they have
 * a group of their own, so that a terminal's Ctrl-C does not reach them.
 *
 * @returns what undoes it
 */
function exitOnSignals(before: () => void): () => void {
  const codes = { SIGINT: EXIT_INTERRUPTED, SIGTERM: 128 + 15, SIGHUP: 128 + 1, SIGQUIT: 128 + 3 }
  const onSignal = (signal: NodeJS.Signals) => {
    before()
    process.exit(codes[signal as keyof typeof codes])
  }
  const signals = Object.keys(codes) as NodeJS.Signals[]
  for (const signal of signals) process.once(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}
