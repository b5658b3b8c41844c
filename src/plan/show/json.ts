import type { Arrivals, Plan } from '../answer/plan.ts'

/** A trace has as many gaps as there were requests; what is longer is told of, and not repeated. */
const mostGaps = 5000

/**
 * What `--json` prints: the plan, what matters most first. Of what was computed, numbers have four significant
 * digits, since the simulation knows no more; the question stands as it was asked, but for the gaps of a long
 * trace, of which only the number is given (`gaps`). A percentile within which so many are never done is null.
 */
export function planJson({
  format,
  verdict,
  question,
  answers,
  policies,
  profile,
  simulated,
}: Plan): unknown {
  return {
    format,
    verdict,
    question: { ...question, arrivals: arrivalsOf(question.arrivals) },
    answers: short(answers),
    policies: short(policies),
    profile: { ...(short(profile) as object), params: profile.params },
    simulated: short(simulated),
  }
}

function arrivalsOf(arrivals: Arrivals): unknown {
  if (arrivals.kind !== 'trace' || arrivals.gapsMs.length <= mostGaps) return arrivals
  return { kind: arrivals.kind, name: arrivals.name, gaps: arrivals.gapsMs.length }
}

/** The same with every fraction rounded; whole numbers count something, and stay. */
function short(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isInteger(value) ? value : Number(value.toPrecision(4))
  if (Array.isArray(value)) return value.map(short)
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, short)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, short(each)]))
}
