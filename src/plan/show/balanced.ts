import type { Plan } from '../answer/plan.ts'
import { type Enough, isEnough } from './words.ts'

/** Whose servers the policies were compared on: threads', if there are several, else event loops'. */
export function balancedOf({ answers }: Pick<Plan, 'answers'>): Enough | undefined {
  const several = answers.filter(isEnough).filter(({ fewest }) => fewest.servers > 1)
  return (['thread', 'event-loop'] as const)
    .map((name) => several.find(({ executor }) => executor === name))
    .find((answer) => answer !== undefined)
}
