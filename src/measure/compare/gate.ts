import { EXIT_FAILED } from '../../exit-codes.ts'
import type { Comparison } from './comparison.ts'
import { failureWords } from './failures.ts'
import type { Sides } from './sides.ts'
import { verdictLine } from './words.ts'

/** A gate of which nobody can tell whether it should open. */
const exitUndecided = 2

/** Whether B may pass for no slower than A. */
export interface Gate {
  passed: boolean
  /** Why not: what is wrong with B, and then what cannot be told. */
  reasons: string[]
}

/** What stands against B: it fails, or it cannot be told. */
interface Objection {
  isFailure: boolean
  reason: string
}

/**
 * B fails where it is slower, or leaves more requests unserved (a gate that a service passes by refusing would
 * be none), where nothing of it can be used, or where a condition is missing that A has. Where it does not
 * fail and a comparison is unknown for another reason, such as too few repetitions, that is no pass either.
 *
 * @returns the gate, and the exit code that goes with it: 0 passed, 1 failed, 2 cannot be told
 */
export function judge(
  comparisons: readonly Comparison[],
  { left }: Pick<Sides, 'left'>,
): { gate: Gate; exitCode: number } {
  const objections = [
    ...left.a.map((key) => ({ isFailure: true, reason: `B has no ${key}` })),
    ...comparisons.flatMap(objectionsTo),
  ]
  const failures = objections.filter(({ isFailure }) => isFailure)
  const undecided = objections.filter(({ isFailure }) => !isFailure)
  const reasons = [...failures, ...undecided].map(({ reason }) => reason)
  const exitCode = failures.length > 0 ? EXIT_FAILED : undecided.length > 0 ? exitUndecided : 0
  return { gate: { passed: reasons.length === 0, reasons }, exitCode }
}

function objectionsTo(comparison: Comparison): Objection[] {
  const { verdict, unusable, failures, failsMore, names, reasons } = comparison
  const which = `${names.a.label} → ${names.b.label}`
  if (unusable.b !== null) return [{ isFailure: true, reason: `${which}: ${unusable.b}` }]
  const found = [
    ...(verdict === 'slower' ? [verdictLine(comparison)] : []),
    ...(failsMore ? [`${which}: ${failureWords(failures)}`] : []),
  ]
  if (found.length > 0) return found.map((reason) => ({ isFailure: true, reason }))
  if (verdict !== 'unknown') return []
  return [{ isFailure: false, reason: `${which}: ${reasons[0] ?? 'nothing was measured'}` }]
}
