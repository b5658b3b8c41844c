import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The system's programs that the stack and its tests need: the names that each may go by, and the
 * package that brings it.
 *
 * @typedef {object} SystemProgram
 * @property {readonly string[]} names names to look for, best first
 * @property {{ apt: string, dnf: string, brew: string }} packages
 * @property {string} use what it is needed for
 * @property {string} [service] the service that its Debian package would start
 */

/** @satisfies {Record<string, SystemProgram>} */
export const systemPrograms = {
  redis: {
    names: ['redis-server', 'valkey-server'],
    packages: { apt: 'redis-server', dnf: 'valkey', brew: 'redis' },
    use: 'holds the queue',
    service: 'redis-server',
  },
  nginx: {
    names: ['nginx'],
    packages: { apt: 'nginx', dnf: 'nginx', brew: 'nginx' },
    use: 'spreads requests over the servers',
    service: 'nginx',
  },
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    packages: { apt: 'chromium', dnf: 'chromium', brew: 'chromium' },
    use: 'opens the page in the tests',
  },
  wrk: {
    names: ['wrk'],
    packages: { apt: 'wrk', dnf: 'wrk', brew: 'wrk' },
    use: 'makes the load of the benchmarks',
  },
}

/** @typedef {keyof typeof systemPrograms} ProgramKey */

/**
 * The folders that are searched: those of the PATH, then those of daemons, which the PATH of
 * a user other than root often lacks.
 */
export function searchFolders(path = process.env.PATH ?? '') {
  return [
    ...path.split(delimiter).filter((folder) => folder !== ''),
    '/usr/sbin',
    '/usr/local/sbin',
    '/sbin',
    '/opt/homebrew/bin',
  ]
}

/**
 * The absolute path of the first of `names` that is an executable file in `folders`.
 *
 * @param {readonly string[]} names
 * @param {readonly string[]} [folders]
 * @returns {string | undefined}
 */
export function findProgram(names, folders = searchFolders()) {
  for (const name of names)
    for (const folder of folders) {
      const file = join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        if (statSync(file).isFile()) return file
      } catch {
        // Not here: the next folder may have it.
      }
    }
  return undefined
}

/**
 * One line for people: what is missing, and the command that installs it here.
 *
 * @param {readonly ProgramKey[]} missing
 * @param {readonly string[]} [folders]
 */
export function missingPrograms(missing, folders = searchFolders()) {
  const what = missing
    .map((key) => `${systemPrograms[key].names[0]} (${systemPrograms[key].use})`)
    .join(' and ')
  /** @param {'apt' | 'dnf' | 'brew'} manager */
  const packages = (manager) =>
    missing.map((key) => systemPrograms[key].packages[manager]).join(' ')
  const commands = [
    { manager: 'apt-get', command: `sudo apt-get install -y ${packages('apt')}` },
    { manager: 'dnf', command: `sudo dnf install ${packages('dnf')}` },
    { manager: 'brew', command: `brew install ${packages('brew')}` },
  ]
  const here = commands.find(({ manager }) => findProgram([manager], folders))
  const command = (here ? [here] : commands).map((each) => each.command).join(', or: ')
  return `${what} not found. Install with: ${command}`
}
