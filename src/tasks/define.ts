import type { Static, TObject } from 'typebox'

/** What a running task is given besides its parameters. */
export interface TaskContext {
  /**
   * Tells how far the work is: a fraction from 0 to 1, never falling. Cheap enough to call in a
   * loop: reports closer than 100 ms together are dropped before they cost anything.
   */
  progress(fraction: number): void
  /**
   * Aborted when nobody wants the result any more. Only work that awaits something can see it; a
   * synchronous task needs no cooperation, because its thread is ended.
   */
  signal: AbortSignal
}

/**
 * The JSON Schema of a task's parameters: made by TypeBox (`Type.Object({…})`) or written out; the
 * type of the parameters follows from either. The catalogue closes it: unknown fields are refused.
 */
export interface ParamsSchema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, object>>
  /** TypeBox leaves it undefined where there are no properties. */
  readonly required?: readonly string[] | undefined
}

/** A task as its author writes it. */
export interface TaskDefinition<Params extends ParamsSchema, Result> {
  /** Lower case letters, digits and dashes; unique in the catalogue. */
  name: string
  /** One line for people: what it computes. */
  summary: string
  /** What it can be asked for: a schema with a range, a default and a description for each field. */
  params: Params
  /** How long one run may take, in milliseconds; the service's own limit when left out. */
  timeoutMs?: number
  /**
   * Estimates the CPU time of one run, in milliseconds: finite and not below 0; pure, and cheap, for it
   * is asked on the server's event loop before the task is let in. The queue and clients' budgets are
   * bounded by it. A task that leaves it out counts as free.
   */
  cost?(params: Static<Params>): number
  /** The work: a pure function of its parameters. What it returns is sent to the client as JSON. */
  run(params: Static<Params>, context: TaskContext): Result | Promise<Result>
}

/** A task in the catalogue: its parameter type is known to its schema only. */
export interface Task {
  readonly name: string
  readonly summary: string
  readonly params: TObject
  readonly timeoutMs?: number
  cost?(params: unknown): number
  run(params: unknown, context: TaskContext): unknown
}

/** Declares a task. The default export of a task file is what this returns. */
export function defineTask<const Params extends ParamsSchema, Result>(
  definition: TaskDefinition<Params, Result>,
): Task {
  return Object.freeze(definition) as unknown as Task
}
