import type { Instance } from '../../api/fleet.ts'

/** An instance for tests: idle, and what they say about it. */
export const anInstance = (id: string, changes: Partial<Instance> = {}): Instance => ({
  id,
  role: id.startsWith('worker') ? 'worker' : 'server',
  state: 'ready',
  blockedMs: 0,
  hits: 0,
  running: 0,
  eventLoop: { p99Ms: 1, utilisation: 0.1 },
  cpu: 0.1,
  rssBytes: 60e6,
  startedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
})
