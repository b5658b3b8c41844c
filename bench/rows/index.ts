import { accept } from './accept.ts'
import { bystander } from './bystander.ts'
import { drain } from './drain.ts'
import { goodput } from './goodput.ts'
import { growth } from './growth.ts'
import { light } from './light.ts'
import { roundTrip } from './round-trip.ts'
import type { Row } from './row.ts'
import { seeing } from './seeing.ts'
import { start } from './start.ts'

/** In the order of the table. */
export const rows: readonly Row[] = [
  light,
  accept,
  drain,
  goodput,
  bystander,
  roundTrip,
  start,
  growth,
  seeing,
]
