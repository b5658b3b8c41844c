import type { Redis } from 'ioredis'

/** A Lua script in Redis: it runs as one step, between the commands of everybody else. */
export type Script<Reply> = (
  redis: Redis,
  keys: string[],
  ...args: (string | number)[]
) => Promise<Reply>

const declared = new Map<string, string>()

/** Scripts that are sent at once, not with the other commands of a turn: those wait for the ones before them. */
export const sentAtOnce: string[] = []

/**
 * Makes the scripts that were declared so far known to a new connection. Not at their first use: a
 * pipeline that ioredis opened before (all commands of one turn of the loop go together) would lack it.
 */
export function defineScripts(redis: Redis): void {
  for (const [name, lua] of declared) redis.defineCommand(name, { lua })
}

/**
 * Declares a script. Each connection sends its text once, then only its hash.
 *
 * @param name unique among the commands of a connection
 * @param atOnce it is a batch by itself: see `sentAtOnce`
 */
export function script<Reply>(
  name: string,
  lua: string,
  { atOnce = false }: { atOnce?: boolean } = {},
): Script<Reply> {
  declared.set(name, lua)
  if (atOnce) sentAtOnce.push(name)
  return (redis, keys, ...args) => {
    const commands = redis as unknown as Record<string, Command<Reply> | undefined>
    if (commands[name] === undefined) redis.defineCommand(name, { lua })
    return commands[name]!(keys.length, ...keys, ...args)
  }
}

type Command<Reply> = (keys: number, ...rest: (string | number)[]) => Promise<Reply>
