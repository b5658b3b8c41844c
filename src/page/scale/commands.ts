import type { Control } from '../../api/control.ts'
import type { Fleet, Instance } from '../../api/fleet.ts'

export type Role = Instance['role']

/** How many servers and workers. */
export type Scale = Control['scale']

export const roles: readonly Role[] = ['server', 'worker']

/** How many take part now: not those that drain, which are about to leave. */
export function scaleOf({ instances }: Fleet): Scale {
  const number = (role: Role) =>
    instances.filter((each) => each.role === role && each.state !== 'draining').length
  return { server: number('server'), worker: number('worker') }
}

/**
 * Scales the stack in containers. Both numbers, since Compose would go back to one of what is not named;
 * and what runs stays as it is, even where the environment of this terminal differs from the first.
 */
export const composeScale = ({ server, worker }: Scale) =>
  `docker compose up -d --no-recreate --scale server=${server} --scale worker=${worker}`

/** Scales the stack of a local run. */
export const localScale = ({ server, worker }: Scale) =>
  `npm run unblock -- scale server=${server} worker=${worker}`

/** Lists the processes of a local run, with their ids. */
export const localList = 'npm run unblock -- ps'

/**
 * Kills one container's processes from within, so that it ends as in a crash and is started again:
 * what `docker compose kill` ends counts as stopped on purpose, and that ends all workers at once.
 *
 * @param instance its name, `worker-2` for the second container of the service `worker`
 * @returns undefined for one whose name does not tell its container
 */
export function composeKill(instance: string): string | undefined {
  const [, service, index] = /^(server|worker)-([1-9]\d*)$/.exec(instance) ?? []
  if (service === undefined) return undefined
  return `docker compose exec --index ${index} ${service} sh -c 'kill -9 -1'`
}

/** `1 server`, `3 servers`. */
export const counted = (number: number, role: Role) => `${number} ${role}${number === 1 ? '' : 's'}`
