import type { RunIll, RunResult } from './lab-messages.ts'
import { type Check, duration, fail, ok, skipped } from './report.ts'

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
  const [reason, advice] = reasons[result.reason] ?? [result.reason, 'find out why']
  return fail(name, { reason, detail: result.message, advice, figures: { reason: result.reason } })
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
