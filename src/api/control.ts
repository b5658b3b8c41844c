import { type Static, Type } from 'typebox'

// The control of a local stack, at /control: the launcher answers it, and nobody does elsewhere.

const Scale = (description: string) =>
  Type.Object(
    { server: Type.Integer({ minimum: 1 }), worker: Type.Integer({ minimum: 0 }) },
    { description },
  )

/** One server or worker, as the launcher sees it; its vitals are the fleet's. */
export const ControlledInstance = Type.Object({
  name: Type.String({ examples: ['worker-1'] }),
  role: Type.Enum(['server', 'worker']),
  state: Type.Enum(['starting', 'ready', 'restarting', 'draining', 'stopped'], {
    description: '`restarting`: it has died, and is started again',
  }),
  pid: Type.Union([Type.Integer(), Type.Null()], { description: 'null: no process runs now' }),
})
export type ControlledInstance = Static<typeof ControlledInstance>

/** What every request to the control answers: how things are when it is done. */
export const Control = Type.Object(
  {
    scale: Scale('how many servers and workers there are'),
    limits: Scale('how many there may be'),
    instances: Type.Array(ControlledInstance),
  },
  { $id: 'Control', title: 'Control' },
)
export type Control = Static<typeof Control>

/** How many there shall be; what is left out stays as it is. */
export const scaleRequest = (least: Required<ScaleRequest>, most: number) =>
  Type.Object(
    {
      server: Type.Optional(Type.Integer({ minimum: least.server, maximum: most })),
      worker: Type.Optional(Type.Integer({ minimum: least.worker, maximum: most })),
    },
    { additionalProperties: false },
  )
export interface ScaleRequest {
  server?: number
  worker?: number
}

/** Which one is to crash, as by `kill -9`. */
export const KillRequest = Type.Object(
  { instance: Type.String({ examples: ['worker-1'] }) },
  { additionalProperties: false },
)
export type KillRequest = Static<typeof KillRequest>
