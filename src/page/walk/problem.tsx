import { problem } from '../scale/control.ts'

/** Why the launcher did not do it. */
export const Problem = () =>
  problem.value === undefined ? null : <p class="error">{problem.value}</p>
