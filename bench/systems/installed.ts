import { spawnSync } from 'node:child_process'

/**
 * Debian's own interpreters: others that come first in the PATH do not see the packages that
 * `bench/peers/install.sh` installs.
 */
export const python = '/usr/bin/python3'
export const ruby = '/usr/bin/ruby'

/** Versions by name, as people write it. */
export type Versions = Record<string, string>

/** Peers that need more than npm's packages, by their name in the table; each asks its interpreter for versions. */
const checks = {
  'Flask + Celery': () =>
    answerOf(
      python,
      `import json, platform, celery, flask, gunicorn, redis
print(json.dumps({'Flask': flask.__version__, 'gunicorn': gunicorn.__version__,
  'Celery': celery.__version__, 'Python': platform.python_version()}))`,
      '-c',
    ),
  Sidekiq: () =>
    answerOf(
      ruby,
      `require 'json'; require 'sidekiq'
puts JSON.generate({ Sidekiq: Sidekiq::VERSION, Ruby: RUBY_VERSION })`,
      '-e',
    ),
}

export type OptionalPeer = keyof typeof checks

export const optionalPeers = Object.keys(checks) as OptionalPeer[]

const known = new Map<OptionalPeer, Versions | undefined>()

/** @returns its versions, undefined where it is not installed; looked up once a process */
export function installed(peer: OptionalPeer): Versions | undefined {
  if (!known.has(peer)) known.set(peer, checks[peer]())
  return known.get(peer)
}

/** The versions of a peer that is to be started. @throws where it is not installed */
export function installedOrThrow(peer: OptionalPeer): Versions {
  const versions = installed(peer)
  if (versions === undefined) throw new Error(notInstalled(peer))
  return versions
}

export function notInstalled(peer: OptionalPeer): string {
  return `${peer} is not installed; bench/peers/install.sh installs it`
}

function answerOf(interpreter: string, code: string, flag: string): Versions | undefined {
  const { status, stdout } = spawnSync(interpreter, [flag, code], { encoding: 'utf8' })
  return status === 0 ? JSON.parse(stdout) : undefined
}
