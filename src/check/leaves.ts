import { type Check, ok, plural, warn } from './report.ts'

const name = 'leaves nothing'

/**
 * What is there after runs that was not before.
 *
 * @param left handles that keep a process busy, by Node's names
 * @param bytes written to standard output
 */
export function leaves(left: readonly string[], bytes: number): Check {
  const figures = { left, bytes }
  if (left.length > 0)
    return warn(name, {
      reason: 'leaves something running',
      detail: `after a run: ${[...new Set(left)].join(', ')}`,
      advice:
        'clear timers and close what it opens before it returns: on the event loop they go on',
      figures,
    })
  if (bytes > 0)
    return warn(name, {
      reason: 'writes to standard output',
      detail: `${plural(bytes, 'byte')}, which mixes with the log of its server or worker`,
      advice: 'take it out, or return it',
      figures,
    })
  return ok(name, 'no timer, no output', figures)
}
