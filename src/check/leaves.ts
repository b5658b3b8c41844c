import { type Check, fail, ok, plural, warn } from './report.ts'

const name = 'leaves nothing'

/** What was there after runs and not before. */
export interface Leavings {
  /** Handles that keep a process busy, by Node's names. */
  handles: readonly string[]
  /** Processes, by name: after runs that came to their end, and after those that were ended. */
  processes: readonly string[]
  processesOfEnded: readonly string[]
  /** Bytes written to standard output. */
  bytes: number
}

export function leaves({ handles, processes, processesOfEnded, bytes }: Leavings): Check {
  const figures = { left: handles, processes, processesOfEnded, bytes }
  const [left, when] =
    processes.length > 0
      ? [processes, 'after a run']
      : [processesOfEnded, 'after a run that was cancelled or came to its deadline']
  if (left.length > 0)
    return fail(name, {
      reason: 'leaves a process running',
      detail: `${when}: ${names(left)}`,
      advice:
        'wait for its end, or kill it, in every run; a thread that is ended takes no process with it: ' +
        'let it watch its standard input, which ends with the thread, or do the work in the task itself',
      figures,
    })
  if (handles.length > 0)
    return warn(name, {
      reason: 'leaves something running',
      detail: `after a run: ${names(handles)}`,
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
  return ok(name, 'no process, no timer, no output', figures)
}

const names = (left: readonly string[]) => [...new Set(left)].join(', ')
