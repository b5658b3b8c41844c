import type { CheckName } from '../check-task.ts'

/** The source of task files that are not fit, or nearly so, each for one reason. */

interface Parts {
  /** The schema's properties, as source. */
  params?: string
  /** Between the parameters and `run`. */
  fields?: string
  /** Before the task. */
  before?: string
}

/** A task file in JavaScript; `run` is the body of its function. */
export function taskFile(run: string, { params = '', fields = '', before = '' }: Parts = {}) {
  return `${before}
    /** Computes, about a millisecond for each 1: so much work, however busy the machine is. */
    const compute = (amount) => {
      let x = 1
      const end = Math.round(amount * 1e6)
      for (let i = 0; i < end; i = (i + 1) | 0) x = Math.imul(x, 31) ^ i
      return x
    }
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    export default {
      name: 'mine',
      summary: 'A task of a test',
      params: { type: 'object', properties: { ${params} } },
      ${fields}
      async run(params, { progress, signal }) { ${run} },
    }`
}

/** A whole number of a task's parameters, as source. */
export const number = (name: string, fallback: number, range = 'minimum: 1, maximum: 1e6') =>
  `${name}: { type: 'integer', default: ${fallback}, ${range} },`

export interface Broken {
  what: string
  source: string
  check: CheckName
  verdict: 'warn' | 'fail'
  reason: string
  detail: RegExp
  /** Another check that fails for the same reason. */
  also?: CheckName
}
