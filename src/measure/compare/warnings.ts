import type { Machine } from '../records/run.ts'
import { differencesOf } from './differences.ts'
import type { Sides } from './sides.ts'

/** Of these, a difference changes how fast things are. */
const compared = ['cpus', 'cores', 'os', 'node', 'unblock'] as const satisfies (keyof Machine)[]

/** What may be wrong with the comparison as a whole, in sentences. */
export function warningsFor({ a, b, paired, left }: Sides): string[] {
  const differing = compared.filter((key) => a.machine[key] !== b.machine[key])
  return [
    ...(paired
      ? []
      : [
          'A and B are different runs: what else the machine did meanwhile counts as a difference; `versions` in one scenario are measured in turn, which rules that out',
        ]),
    ...(differing.length === 0
      ? []
      : [
          `the machines differ: ${differing.map((key) => `${key} ${a.machine[key]} and ${b.machine[key]}`).join(', ')}`,
        ]),
    ...differencesOf(a, b),
    ...(a.state === 'partial' ? ['A is partial: it was interrupted'] : []),
    ...(b.state === 'partial' && !paired ? ['B is partial: it was interrupted'] : []),
    ...left.a.map((key) => `only A has ${key}`),
    ...left.b.map((key) => `only B has ${key}`),
  ]
}
