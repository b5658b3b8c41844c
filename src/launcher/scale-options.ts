import { UsageError } from '../usage-error.ts'

/** How many instances of either kind. */
export interface Scale {
  server: number
  worker: number
}

export type Role = keyof Scale

export const roles: readonly Role[] = ['server', 'worker']

/** No machine is helped by more; a limit catches a slip of the finger. */
export const MAX_INSTANCES = 64

/** A stack without servers serves nothing; one without workers still takes jobs. */
export const MIN_INSTANCES: Scale = { server: 1, worker: 0 }

/** Reads `server=3`, on top of what was read `before`. @throws {UsageError} */
export function parseScale(text: string, before: Partial<Scale> = {}): Partial<Scale> {
  const [, name, number] = /^([^=]*)=(.*)$/.exec(text) ?? []
  const role = roles.find((each) => each === name)
  if (role === undefined || number === undefined)
    throw new UsageError(`"${text}" is neither server=N nor worker=N`)
  const count = Number(number)
  if (!/^\d+$/.test(number) || count < MIN_INSTANCES[role] || count > MAX_INSTANCES)
    throw new UsageError(
      `"${text}": the number of ${role}s is a whole number from ${MIN_INSTANCES[role]} to ${MAX_INSTANCES}`,
    )
  return { ...before, [role]: count }
}

/** `3 servers`, `1 worker`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** What a change of scale has done to one role. */
export interface ScaleChange {
  role: Role
  from: number
  to: number
  started: string[]
  stopped: string[]
}
