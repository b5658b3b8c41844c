import type { TrialCpu } from '../records/run.ts'
import type { CpuSummary } from './schema.ts'

/**
 * What the work of several trials cost together; null where no trial tells. What one of them does not
 * tell is not known of all. Per task: of those trials that tell, and null where nothing completed. The
 * instances count the tasks themselves, also those of which no client has had the result; where they do not,
 * it is all that their processes used per request that completed.
 */
export function cpuOf(
  trials: readonly { cpu: TrialCpu | null; completed: number }[],
): CpuSummary | null {
  const told = trials.flatMap(({ cpu, completed }) => (cpu === null ? [] : [{ cpu, completed }]))
  if (told.length === 0) return null
  const processS = sumOf(told.map(({ cpu }) => cpu.processS)) ?? 0
  const taskS = sumOf(told.map(({ cpu }) => cpu.taskS))
  const tasks = sumOf(told.map(({ cpu }) => cpu.tasks))
  const completed = sumOf(told.map((each) => each.completed)) ?? 0
  return {
    source: told.every(({ cpu }) => cpu.source === 'metrics') ? 'metrics' : 'vitals',
    processS,
    taskS,
    wastedS: sumOf(told.map(({ cpu }) => cpu.wastedS)),
    serverS: sumOf(told.map(({ cpu }) => cpu.serverS ?? null)),
    tasks,
    perTaskS: taskS !== null && tasks ? taskS / tasks : completed > 0 ? processS / completed : null,
  }
}

function sumOf(numbers: readonly (number | null)[]): number | null {
  let total = 0
  for (const number of numbers) {
    if (number === null) return null
    total += number
  }
  return total
}
