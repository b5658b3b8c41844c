import type { RunIll, RunResult } from './lab-messages.ts'
import { type Check, duration, fail, ok, skipped } from './report.ts'
import type { PlacedRun } from './same-result.ts'

const name = 'runs'

/** Why the first run did not end well, other than by its deadline; or that it did. */
export function runs(result: RunResult): Check {
  if (result.ok) {
    const { runMs, cpuMs } = result
    const cpu = `${duration(cpuMs)} of CPU`
    return ok(name, `a run takes ${duration(runMs)}, ${cpu}`, { runMs, cpuMs })
  }
  if (result.reason === 'deadline') return skipped(name, 'it does not end in time: see deadline')
  if (isNotJson(result)) return skipped(name, 'its result is not JSON: see serialisable')
  const kind = result.uncaught ? 'process died' : result.reason
  const [reason, advice] = reasons[kind] ?? [kind, 'find out why']
  return fail(name, { reason, detail: result.message, advice, figures: { reason: result.reason } })
}

/**
 * What ends the process of a run, or the thread, though the run has ended well, or may: an error that nobody
 * catches, an exit in a timer. undefined where nothing does.
 */
export function endsProcess(placed: readonly PlacedRun[]): Check | undefined {
  const found = placed.find(({ result }) => endOf(result) !== undefined) ?? diedOnce(placed)
  if (found === undefined) return undefined
  const { on, result } = found
  const said = endOf(result) ?? (result.ok ? '' : result.message)
  const after = result.crashed !== undefined || result.ok ? 'after its result' : 'in a run'
  return fail(name, {
    reason: 'ends its process',
    detail: `${after}, on the ${on}: ${said}`,
    advice:
      'it would take a server or worker with it, and all that runs there: await every promise, ' +
      'catch what is thrown in a timer or listener, and throw an error instead of process.exit',
    figures: { on, said },
  })
}

const endOf = (result: RunResult) =>
  result.crashed ?? (!result.ok && result.uncaught ? result.message : undefined)

/** Of runs in one place that ended well at other times. */
function diedOnce(placed: readonly PlacedRun[]): PlacedRun | undefined {
  const endsWell = (place: string) => placed.some(({ on, result }) => on === place && result.ok)
  return placed.find(
    ({ on, result }) =>
      !result.ok && ['process died', 'thread died'].includes(result.reason) && endsWell(on),
  )
}

/** A run that did its work, whose result cannot be written as JSON. */
export const isNotJson = ({ reason, message }: RunIll) =>
  reason === 'threw' && message.startsWith('its result is not JSON')

const reasons: Record<string, [reason: string, advice: string]> = {
  threw: ['throws', 'it must return a result for its defaults; what it throws is sent as an error'],
  'thread died': [
    'ends its thread',
    'on the event loop it would take the server with it: throw an error instead of process.exit',
  ],
  'process died': [
    'ends its process',
    'it would take a server or worker with it, and all that runs there: throw an error instead',
  ],
  'out of memory': ['out of memory', 'work in smaller parts, or take smaller defaults'],
}

/** A run that was ended at a deadline of `limitMs`. */
export function tooLong(
  result: RunIll,
  limitMs: number,
  whose: 'task' | 'service' | 'option',
): Check {
  const figures = { limitMs, cpuMs: result.cpuMs }
  const used = `it used ${duration(result.cpuMs)} of CPU in ${duration(limitMs)}`
  if (result.cpuMs < limitMs * 0.05)
    return fail('deadline', {
      reason: 'waits without computing',
      detail: `it had not ended after ${duration(limitMs)}: ${used}`,
      advice: 'something that it awaits does not come: look for a promise that nobody resolves',
      figures,
    })
  if (whose === 'option')
    return fail('deadline', {
      reason: 'does not end within --timeout',
      detail: used,
      advice: 'allow more, or take smaller parameters: --param name=value',
      figures,
    })
  return fail('deadline', {
    reason: whose === 'task' ? 'takes longer than its timeoutMs' : 'takes longer than a task may',
    detail: `it had not ended: ${used}`,
    advice:
      whose === 'task'
        ? 'raise timeoutMs, or take smaller defaults'
        : 'give it a timeoutMs (MAX_TIMEOUT_MS at most), or take smaller defaults',
    figures,
  })
}
