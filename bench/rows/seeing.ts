import { availableParallelism } from 'node:os'
import { iterationsFor, nodeLoop } from '../bare-loop.ts'
import { boundless, startUnblock } from '../systems/unblock.ts'
import { pairedFigure } from './paired.ts'
import type { BenchRun, Row } from './row.ts'
import {
  type Measure,
  measureStack,
  measures,
  runMs,
  type Stack,
  stackOf,
  units,
} from './seen-stack.ts'

const unseen = { ...boundless, VITALS: 'off', METRICS: 'off' }
/** What is to be left of a rate, and become of a time. */
const reaches = { rate: { atLeast: 0.97 }, time: { atMost: 1.03 } }
const cores = availableParallelism()

export const seeing: Row = {
  name: 'seeing',
  about:
    'rates and a round trip with the page open, vitals and metrics on, against a stack that nobody can see',
  async measure(run) {
    const scale = { servers: 2, workers: 2, threads: Math.ceil(cores / 2) }
    const stacks: Stack[] = []
    try {
      for (const isSeen of [true, false]) {
        const system = await startUnblock({ ...scale, env: isSeen ? boundless : unseen })
        stacks.push(stackOf(system, isSeen))
        stacks.at(-1)!.frozen.freeze()
      }
      await takeTurns(run, stacks)
    } finally {
      for (const { frozen, system } of stacks) {
        await frozen.thaw()
        await system.stop()
      }
    }
    const [ours, theirs] = stacks as [Stack, Stack]
    const sideOf = ({ name, samples, failed }: Stack, measure: Measure) => ({
      name,
      samples: samples[measure],
      failed: failed[measure],
    })
    return measures.map((measure) =>
      pairedFigure({
        row: 'seeing',
        measure,
        unit: units[measure],
        ours: sideOf(ours, measure),
        theirs: sideOf(theirs, measure),
        reach: units[measure] === 'ms' ? reaches.time : reaches.rate,
      }),
    )
  },
}

async function takeTurns(run: BenchRun, stacks: readonly Stack[]): Promise<void> {
  const rounds = run.choose({ full: 7, quick: 1, smoke: 1 })
  const seconds = run.choose({ full: 3, quick: 1, smoke: 1 })
  const calibrationS = run.choose({ full: 1, quick: 0.3, smoke: 0.1 })
  const iterations = await iterationsFor(nodeLoop, { runMs, seconds: calibrationS })
  if (run.effort === 'full')
    for (const { system, isSeen } of stacks)
      await measureStack(stackOf(system, isSeen), { seconds: 1, iterations })
  for (let round = 1; round <= rounds; round++)
    for (const stack of round % 2 ? stacks : stacks.toReversed()) {
      const said = await measureStack(stack, { seconds, iterations })
      run.tell(`  round ${round}/${rounds} ${stack.name}: ${said}`)
    }
}
