import type { Fleet } from '../../api/fleet.ts'

/** A fleet whose instances use so many cores each. */
export function fleetWith(cores: Record<string, number>, waiting = 0): Fleet {
  const instances = Object.entries(cores).map(([id, cpu]) => ({
    id,
    role: id.startsWith('worker') ? ('worker' as const) : ('server' as const),
    state: 'ready' as const,
    blockedMs: 0,
    hits: 0,
    running: 0,
    eventLoop: { p99Ms: 0, utilisation: 0 },
    cpu,
    rssBytes: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
  }))
  return { instances, queue: { waiting, active: 0, limit: 10 } }
}
