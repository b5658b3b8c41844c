import type { Change } from './change.ts'
import type { Failures } from './failures.ts'

/** `noise`: chance explains the difference. `unknown`: nothing can be said, and `reasons` say why. */
export type Verdict = 'faster' | 'slower' | 'noise' | 'unknown'

/** Is B faster or slower than A, or is it noise, and by how much? */
export interface Comparison extends Change {
  verdict: Verdict
  confidence: number
  threshold: number
  paired: boolean
  names: { a: Name; b: Name }
  /** In the trials that count. */
  failures: Failures
  /**
   * B's share of requests that were not completed is more than one point above A's, and not by chance; null
   * where it is, and there are too few trials to tell whether by chance.
   */
  failsMore: boolean | null
  /** Why nothing of a side can be used. */
  unusable: { a: string | null; b: string | null }
  /** What has to be known beside the verdict; why it is `unknown`, in the first place. */
  reasons: string[]
  /** Every metric, the one that decides among them. */
  metrics: Change[]
}

/** Of a condition. */
export interface Name {
  key: string
  label: string
}
