import type { Redis } from 'ioredis'
import { clientKey } from './keys.ts'
import { script } from './scripts.ts'

/**
 * What one client may spend: a token bucket of CPU milliseconds, in Redis, so that all servers share it.
 * A run is charged its estimate when it is let in, and the difference to what it really took when it
 * has ended; so a balance can fall below 0, and its client waits the longer.
 */
export interface ClientBudget {
  /** What comes in, in CPU milliseconds a second; 0: there is no budget. */
  cpuMsPerS: number
  /** The most that a balance can hold: what a client may spend at once. */
  burstMs: number
}

export const noBudget: ClientBudget = { cpuMsPerS: 0, burstMs: 0 }

/** The client has nothing left: 429. */
export class BudgetSpent extends Error {
  /** When this request can be let in. */
  readonly retryAfterS: number
  constructor({ cpuMsPerS, burstMs }: ClientBudget, waitMs: number) {
    const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000))
    super(
      `a client may use ${cpuMsPerS} ms of CPU time a second, and ${burstMs} ms at once; try again in ${retryAfterS} s`,
    )
    this.name = 'BudgetSpent'
    this.retryAfterS = retryAfterS
  }
}

// Who has not been here for as long as the bucket takes to fill has a full one: no key is needed then.
const balance = `
  local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local stored = redis.call('HMGET', KEYS[1], 'balance', 'at')
  local balance = burst
  if stored[1] then
    balance = math.min(burst, stored[1] + math.max(0, now - stored[2]) * rate / 1000)
  end

  local function keep(left)
    if left >= burst then return redis.call('DEL', KEYS[1]) end
    redis.call('HSET', KEYS[1], 'balance', string.format('%.3f', left), 'at', now)
    redis.call('PEXPIRE', KEYS[1], math.ceil((burst - left) / rate * 1000))
  end
`

const chargeScript = script<number>(
  'unblockCharge',
  `${balance}
  local cost = tonumber(ARGV[3])
  if balance <= 0 then
    local needed = math.max(1, math.min(cost, burst))
    return math.ceil((needed - balance) / rate * 1000)
  end
  keep(balance - cost)
  return 0
  `,
)

const settleScript = script<null>(
  'unblockSettle',
  `${balance}
  keep(balance + tonumber(ARGV[3]))
  `,
)

/**
 * Charges a run that is about to be let in.
 *
 * @param client from `clientOf` in server/client.ts
 * @param costMs estimated CPU milliseconds
 * @returns 0 where it may; else the milliseconds until the estimate fits, or the bucket is full: nothing
 *   was charged
 */
export async function charge(
  redis: Redis,
  { cpuMsPerS, burstMs }: ClientBudget,
  { client, costMs }: { client: string; costMs: number },
): Promise<number> {
  if (cpuMsPerS === 0) return 0
  return chargeScript(redis, [clientKey(client)], cpuMsPerS, burstMs, costMs)
}

/**
 * Charges what a run took beyond its estimate, or gives back what it did not take.
 *
 * @param costMs what was charged; 0 where nothing was
 * @param cpuMs what it really took; 0 for a run that never started
 */
export async function settle(
  redis: Redis,
  { cpuMsPerS, burstMs }: ClientBudget,
  { client, costMs, cpuMs }: { client: string; costMs: number; cpuMs: number },
): Promise<void> {
  const back = costMs - cpuMs
  if (cpuMsPerS === 0 || back === 0) return
  await settleScript(redis, [clientKey(client)], cpuMsPerS, burstMs, back)
}
