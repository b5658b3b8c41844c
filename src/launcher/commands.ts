import { Command, Option } from 'commander'
import { UsageError } from '../usage-error.ts'
import { parseChosen } from './chosen.ts'
import type { ListedProcess } from './list-processes.ts'
import { parseScale, type Scale, type ScaleChange } from './scale-options.ts'
import type { UpOptions } from './up.ts'

/** The commands of the local stack. What a command needs is loaded when it is the one. */
export const launcherCommands = (): Command[] => [up(), scale(), restart(), ps()]

function up(): Command {
  return new Command('up')
    .description('run the whole stack here, without Docker; Ctrl-C drains it, a second one kills')
    .option(
      '--scale <service=N>',
      'servers or workers, server=1 and worker=1 if not given',
      parseScale,
    )
    .option('--port <port>', 'port to listen on; 0 takes a free one', parsePort, 8080)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--tasks <dir>', 'folder with tasks of your own')
    .addOption(
      new Option('--balance <method>', 'how nginx chooses a server')
        .choices(['least_conn', 'round_robin'])
        .default('least_conn'),
    )
    .allowExcessArguments()
    .addHelpText(
      'after',
      '\nExample:\n  $ unblock up --scale server=3 --scale worker=2\n  $ npm start -- --scale server=3',
    )
    .action(async (options: UpOptions, { args }: Command) => {
      if (args[0] !== undefined) throw new UsageError(unexpected(args[0]))
      const { runUp } = await import('./up.ts')
      process.exit(await runUp(options))
    })
}

function scale(): Command {
  return new Command('scale')
    .description('change how many servers and workers the stack here has; no request fails')
    .argument('<service=N...>', 'server=N, worker=N', parseScale)
    .addHelpText('after', '\nExample:\n  $ unblock scale server=5 worker=2')
    .action(async (to: Partial<Scale>) => {
      const { askLauncher } = await import('./control.ts')
      const changes = await askLauncher(process.cwd(), 'POST', '/scale', to)
      for (const change of changes as ScaleChange[]) console.log(describe(change))
    })
}

function restart(): Command {
  return new Command('restart')
    .description('restart servers and workers one after another; no request fails')
    .argument(
      '[instance...]',
      'server, worker or names like server-2; none given: all',
      parseChosen,
    )
    .addHelpText('after', '\nExample:\n  $ unblock restart\n  $ unblock restart server-2 worker')
    .action(async (chosen: string[] = []) => {
      const { followLauncher } = await import('./control.ts')
      await followLauncher(process.cwd(), '/restart', chosen, (line) => console.log(line))
    })
}

function ps(): Command {
  return new Command('ps')
    .description('the processes of the stack here, and their vitals')
    .option('--json', 'as a JSON array')
    .addHelpText('after', `\n${psLegend}\n\nExample:\n  $ unblock ps --json`)
    .action(async ({ json }: { json?: true }) => {
      const { askLauncher } = await import('./control.ts')
      const { processTable } = await import('./process-table.ts')
      const list = (await askLauncher(process.cwd(), 'GET', '/processes')) as ListedProcess[]
      console.log(json ? JSON.stringify(list, null, 2) : processTable(list))
    })
}

const psLegend = `STATE     starting, ready, draining, stopped, restarting (it had died), or blocked: its event loop
          does not turn
RESTARTS  how often it has died and was started again
CPU       of one core, in the last half second; RSS: its memory
LOOP-P99  delay of its event loop that one turn in a hundred exceeded
RUNNING   tasks that run in it now; HITS: requests (server) or jobs (worker) so far`

/** @throws {UsageError} */
export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UsageError(`--port ${text}: a port is a whole number from 0 to 65535`)
}

/** npm takes options for itself that do not come after `--`, and passes their values on. */
function unexpected(arg: string): string {
  return /^(server|worker)=/.test(arg)
    ? `"${arg}" belongs to an option: unblock up --scale ${arg}, or with npm: npm start -- --scale ${arg}`
    : `"up" takes options only, not "${arg}"`
}

function describe({ role, from, to, started, stopped }: ScaleChange): string {
  const done = [
    ...(started.length > 0 ? [`started ${started.join(', ')}`] : []),
    ...(stopped.length > 0 ? [`stopped ${stopped.join(', ')}`] : []),
  ]
  if (done.length === 0) return `${role}: ${to} already`
  return `${role}: ${from} → ${to} (${done.join('; ')})`
}
