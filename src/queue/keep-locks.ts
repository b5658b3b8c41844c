import type { Redis } from 'ioredis'
import { lockKey, stalledKey } from './keys.ts'
import { script } from './scripts.ts'

/** As BullMQ 6 does it (its extendLocks). */
const renew = script<(0 | 1)[]>(
  'unblockRenewLocks',
  `
  local stalled, renewed = KEYS[1], {}
  for i = 2, #KEYS do
    local id, token = ARGV[2 * i - 2], ARGV[2 * i - 1]
    local held = redis.call('GET', KEYS[i]) == token
    if held then
      redis.call('PEXPIRE', KEYS[i], ARGV[1])
      redis.call('SREM', stalled, id)
    end
    renewed[i - 1] = held and 1 or 0
  end
  return renewed
  `,
)

/** @returns those whose lock is not ours any more */
export async function renewLocks<Job extends { id: string; token: string }>(
  redis: Redis,
  jobs: readonly Job[],
  lockMs: number,
): Promise<Job[]> {
  const keys = [stalledKey, ...jobs.map(({ id }) => lockKey(id))]
  const renewed = await renew(redis, keys, lockMs, ...jobs.flatMap(({ id, token }) => [id, token]))
  return jobs.filter((_, index) => renewed[index] === 0)
}

/**
 * Renews the locks of the jobs at hand, so often that a renewal that fails is tried again before they expire.
 *
 * @param lost another worker has them, or will
 * @returns ends it
 */
export function keepLocks<Job extends { id: string; token: string }>(
  redis: Redis,
  lockMs: number,
  {
    atHand,
    lost,
    onError,
  }: {
    atHand: () => Job[]
    lost: (jobs: Job[]) => void
    onError: (error: Error) => void
  },
): () => void {
  const timer = setInterval(() => {
    const jobs = atHand()
    if (jobs.length > 0) renewLocks(redis, jobs, lockMs).then(lost, onError)
  }, lockMs / 4)
  return () => clearInterval(timer)
}
