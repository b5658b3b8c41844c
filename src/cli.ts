import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { checkCommand } from './check/command.ts'
import { ConfigError, readConfig } from './config.ts'
import { EXIT_MISCONFIGURED } from './exit-codes.ts'
import { launcherCommands } from './launcher/commands.ts'
import { explainListen } from './launcher/listen-error.ts'
import type { InstanceOptions } from './lifecycle.ts'
import { measureCommands } from './measure/commands.ts'
import { planCommand } from './plan/commands.ts'
import { UsageError } from './usage-error.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const program = new Command('unblock')
  .description(
    'See what CPU-heavy work does to a Node.js service, fix it, measure the fix, plan how far it scales.',
  )
  .version(version)
  .addHelpText('after', '\nExample:\n  $ unblock up --scale server=3')

for (const command of [...launcherCommands(), ...measureCommands()]) program.addCommand(command)
program.addCommand(planCommand())
program.addCommand(checkCommand())

program
  .command('server')
  .description('run one server: what containers run; settings are environment variables')
  .addHelpText('after', '\nExample:\n  $ PORT=3000 REDIS_URL=redis://127.0.0.1 unblock server')
  .addOption(underLauncher())
  .action((options: InstanceOptions) =>
    asInstance(async () => (await import('./server/main.ts')).runServer(readConfig(), options)),
  )

program
  .command('worker')
  .description('run one worker: what containers run; settings are environment variables')
  .addHelpText('after', '\nExample:\n  $ REDIS_URL=redis://127.0.0.1 unblock worker')
  .addOption(underLauncher())
  .action((options: InstanceOptions) =>
    asInstance(async () => (await import('./worker/main.ts')).runWorker(readConfig(), options)),
  )

try {
  await program.parseAsync()
} catch (error) {
  for (const line of mistakes(error)) console.error(`error: ${line}`)
  process.exit(process.exitCode ?? 1)
}

/** Said by the launcher: it shares its session with the instances, and the terminal's signals are its own. */
function underLauncher(): Option {
  return new Option('--under-launcher').hideHelp()
}

/**
 * Runs an instance: a mistake in its settings or tasks has an exit code of its own. An address that
 * cannot be had has not, since it may be free the next time.
 */
async function asInstance(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const problem = explainListen(error)
    if (problem !== undefined) throw new UsageError(problem)
    process.exitCode = EXIT_MISCONFIGURED
    throw error
  }
}

/** What the user can put right, in lines for them; anything else is a fault of this program. */
function mistakes(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.mistakes
  if (error instanceof UsageError) return [error.message]
  // Loaded only with an instance, so known by its name here.
  if (error instanceof Error && error.name === 'TaskFileError') return [error.message]
  process.exitCode = 1
  throw error
}
