import type { Lab } from './lab.ts'
import type { Description, RunResult } from './lab-messages.ts'
import { fits } from './parameters.ts'
import { type Measured, type Probing, probeGrowth, type Sample } from './probe-growth.ts'

type Params = Record<string, unknown>

/**
 * Whether a task computes, rather than waits. One of many runs shows it: other work on the machine only
 * makes it look as if it waited.
 */
export function computes(results: readonly RunResult[]): boolean {
  return results.some((result) => result.ok && result.cpuMs > result.runMs / 2)
}

/** Makes a run what growth sees: CPU time where the task computes, which other work does not lengthen. */
export function sampler(byCpu: boolean) {
  return (params: Params, { runMs, cpuMs }: { runMs: number; cpuMs: number }): Sample => ({
    params,
    // Less CPU time than that is told in steps too coarse.
    ms: byCpu && cpuMs >= 10 ? cpuMs : runMs,
    cpuMs,
  })
}

export function measureGrowth(
  lab: Lab,
  { params: schema }: Description,
  base: Sample,
  {
    toSample,
    limitMs,
    budgetMs,
  }: { toSample: ReturnType<typeof sampler>; limitMs: number; budgetMs: number },
): Promise<Probing> {
  /** The shortest of three, where a run is so short that anything may lengthen it. */
  async function measure(params: Params, timeoutMs: number): Promise<Measured> {
    let best: Sample | undefined
    for (let times = 0; times < (best === undefined || best.ms < 200 ? 3 : 1); times++) {
      const result = await lab.run({
        on: 'thread',
        params,
        timeoutMs: Math.min(timeoutMs, limitMs),
      })
      if (!result.ok) return result
      const sample = toSample(params, result)
      if (best === undefined || sample.ms < best.ms) best = sample
    }
    return { ok: true, ms: best!.ms, cpuMs: best!.cpuMs }
  }
  return probeGrowth({
    schema,
    params: base.params,
    base,
    measure,
    budgetMs,
    fits: (params) => fits(schema, params),
  })
}
