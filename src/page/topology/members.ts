import type { Instance } from '../../api/fleet.ts'
import { byNumber } from '../numbers.ts'

/** An instance in the picture: one that has gone stays for a moment, so that one sees it go. */
export interface Member {
  instance: Instance
  /** When it was missing for the first time, in milliseconds; undefined while it is there. */
  goneAt: number | undefined
}

/** How long one that has gone is still shown. */
export const farewellMs = 1200

/** The picture after a reading of the fleet: servers first, each kind by number. */
export function nextMembers(
  before: readonly Member[],
  instances: readonly Instance[],
  now: number,
): Member[] {
  const here = new Set(instances.map(({ id }) => id))
  const gone = before
    .filter(({ instance }) => !here.has(instance.id))
    .map((member) => ({ ...member, goneAt: member.goneAt ?? now }))
    .filter(({ goneAt }) => now - goneAt < farewellMs)
  const present = instances.map((instance) => ({ instance, goneAt: undefined }))
  return [...present, ...gone].sort((a, b) => byRoleAndNumber(a.instance, b.instance))
}

/** What it does, in one of the words that have a colour. */
export function activityOf({ state, running }: Instance): Activity {
  if (state !== 'ready') return state
  return running > 0 ? 'busy' : 'idle'
}

export type Activity = 'idle' | 'busy' | 'blocked' | 'draining'

function byRoleAndNumber(a: Instance, b: Instance): number {
  return a.role.localeCompare(b.role) || byNumber(a.id, b.id)
}
