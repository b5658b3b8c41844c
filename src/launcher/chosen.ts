import { UsageError } from '../usage-error.ts'
import { type Role, roles } from './scale-options.ts'

/** Checks one word of `unblock restart`, and adds it to those `before`. @throws {UsageError} */
export function parseChosen(text: string, before: readonly string[] = []): string[] {
  if (/^(server|worker)(-[1-9]\d*)?$/.test(text)) return [...before, text]
  throw new UsageError(`"${text}" is neither server, worker nor the name of one, as server-2 is`)
}

/**
 * The instances that `words` mean, by role: all of a role or one by its name; no words mean all.
 *
 * @throws {UsageError} if a name is of none that runs
 */
export function choose<T extends { name: string }>(
  words: readonly string[],
  running: Record<Role, readonly T[]>,
): Record<Role, T[]> {
  const all = roles.flatMap((role) => running[role])
  for (const word of words)
    if (!roles.some((role) => role === word) && !all.some(({ name }) => name === word))
      throw new UsageError(
        `there is no ${word} here, only ${all.map(({ name }) => name).join(', ')}`,
      )
  const chosen = (role: Role) =>
    running[role].filter(
      ({ name }) => words.length === 0 || words.includes(role) || words.includes(name),
    )
  return { server: chosen('server'), worker: chosen('worker') }
}
