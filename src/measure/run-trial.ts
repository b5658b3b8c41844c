import { type AttackEnd, attack, type Stream } from './attack/attack.ts'
import { taskRequest } from './attack/task-request.ts'
import type { Metronome } from './pacer/metronome.ts'
import { dueTimes } from './pacer/pacer.ts'
import type { RequestRecord, Sample } from './records/record.ts'
import type { TrialCpu } from './records/run.ts'
import type { Condition, Scenario } from './scenario/schema.ts'
import { type Counters, usedBetween } from './target/counters.ts'
import { createCpuMeter } from './target/cpu-meter.ts'
import { watchFleet } from './target/fleet-watch.ts'
import type { Subject } from './target/subject.ts'

/** What of one trial does not come from its scenario. */
export interface TrialSetting {
  index: number
  repetition: number
  condition: Condition
  subject: Subject
  /** The instances' own counters, where they can be read. */
  counters: (() => Promise<Counters | undefined>) | undefined
  metronome: Metronome
  onRecord(record: RequestRecord): void
  onSample(sample: Sample): void
  signal: AbortSignal
}

/** Until the first request of the warm-up: everything is made by then. */
const startsInMs = 20

/** Runs one repetition of a condition: its load, and what is seen of the service meanwhile. */
export async function runTrial(
  scenario: Scenario,
  setting: TrialSetting,
): Promise<AttackEnd & { cpu: TrialCpu | null }> {
  const { index, subject, counters, metronome, onRecord, onSample, signal } = setting
  const { warmUpMs, durationMs, giveUpMs } = scenario
  const before = await counters?.()
  const meter = createCpuMeter()
  const origin = performance.now() + startsInMs + warmUpMs
  const watch = watchFleet(subject.service.client, ({ at, fleet }) => {
    meter.see(at, fleet)
    const { waiting, active } = fleet.queue
    const instances = fleet.instances.map(({ id, state, running, cpu }) => ({
      id,
      state,
      running,
      cpu,
    }))
    onSample({ trial: index, at: Math.round(at - origin), queue: { waiting, active }, instances })
  })
  try {
    const streams = streamsOf(scenario, setting)
    const load = { trial: index, streams, origin, durationMs, giveUpMs, onRecord, signal }
    const end = await attack(metronome, load)
    const after = await counters?.()
    const isCounted = before !== undefined && after !== undefined
    const cpu = isCounted
      ? { source: 'metrics' as const, ...usedBetween(before, after) }
      : meter.used()
    return { ...end, cpu }
  } finally {
    watch.stop()
  }
}

/** Every repetition has arrivals of its own; those of one are the same for all conditions. */
function streamsOf(scenario: Scenario, setting: TrialSetting): Stream[] {
  const { warmUpMs, durationMs, spacing, bystander } = scenario
  const { condition, subject, repetition } = setting
  const { service, bystanderClient, task, params } = subject
  const seed = scenario.seed + repetition
  const tasks: Stream = {
    kind: 'task',
    outgoing: taskRequest(condition.executor, task, params),
    due: dueTimes({ rate: condition.rate, durationMs, warmUpMs, spacing, seed }),
    client: service.client,
  }
  if (bystander === false || service.bystander === undefined) return [tasks]
  const due = dueTimes({
    rate: { shape: 'constant', rate: bystander.rate },
    durationMs,
    warmUpMs,
    // At random moments it sees what strangers see on the average (Wolff, Poisson Arrivals See Time
    // Averages, 1982); evenly, it could keep step with the work.
    spacing: 'poisson',
    seed: seed + 0x5eed,
  })
  const outgoing = { method: 'GET', path: service.bystander } as const
  return [tasks, { kind: 'bystander', outgoing, due, client: bystanderClient }]
}
