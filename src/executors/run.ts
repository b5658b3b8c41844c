import type { Outcome, Work } from './executor.ts'
import type { PoolThread } from './pool-thread.ts'

/** What is known of a run between the moment it is asked for and its end. */
export interface Run {
  /** In the order of their coming. */
  readonly id: number
  readonly work: Work
  /** Milliseconds since 1970, as all times here. */
  readonly handedOver: number
  readonly deadline: number
  resolve(outcome: Outcome): void
  reject(error: Error): void
  onAbort(): void
  /** The thread that has it, and its slot there; it runs, or waits behind another one. */
  place: { readonly thread: PoolThread; readonly slot: number } | undefined
  /** As soon as it is known. */
  startedAt: number | undefined
  /** Why it is being ended from outside. */
  ending: 'aborted' | 'deadline' | undefined
}
