import { type Static, Type } from 'typebox'

/** One instance and its vitals. */
export const Instance = Type.Object({
  id: Type.String({ examples: ['server-1'] }),
  role: Type.Enum(['server', 'worker']),
  state: Type.Enum(['ready', 'blocked', 'draining']),
  blockedMs: Type.Number({ minimum: 0, description: 'for how long its event loop has not turned' }),
  hits: Type.Integer({ minimum: 0, description: 'requests (server) or jobs (worker) so far' }),
  running: Type.Integer({ minimum: 0, description: 'tasks that run in it now' }),
  eventLoop: Type.Object({
    p99Ms: Type.Number({ minimum: 0, description: 'delay of the event loop, last second' }),
    utilisation: Type.Number({ minimum: 0, maximum: 1, description: 'of the event loop' }),
  }),
  cpu: Type.Number({ minimum: 0, description: 'cores in use: 2 means two of them, fully' }),
  rssBytes: Type.Integer({ minimum: 0 }),
  startedAt: Type.String(),
})
export type Instance = Static<typeof Instance>

export const Fleet = Type.Object(
  {
    instances: Type.Array(Instance),
    queue: Type.Object({
      waiting: Type.Integer({ minimum: 0 }),
      active: Type.Integer({ minimum: 0 }),
      limit: Type.Integer({ minimum: 1, description: 'jobs that may wait' }),
    }),
  },
  { $id: 'Fleet', title: 'Fleet' },
)
export type Fleet = Static<typeof Fleet>
