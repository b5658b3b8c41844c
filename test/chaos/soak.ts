import { availableParallelism } from 'node:os'
import type { Cleaner } from '../fixtures/at-end.ts'
import { Client } from './client.ts'
import { Killer } from './killer.ts'
import { knownTasks } from './known-tasks.ts'
import { isWhole, Ledger, sum } from './ledger.ts'
import { goOn, redisSocket, requestRows, serves } from './mixed.ts'
import { MixedLoad } from './mixed-load.ts'
import { seededRandom } from './random.ts'
import { readyStack } from './ready-stack.ts'
import { settle } from './settle.ts'
import { byMinute, isFlat, type Slope, slopeOf } from './slope.ts'
import { SoakSampler } from './soak-sampler.ts'
import { countsText, type Row, table } from './table.ts'
import { Tally } from './tally.ts'

export interface SoakOptions {
  minutes: number
  /** CPU time that the whole stack is to use, as a share of this machine's cores. */
  load: number
  servers: number
  workers: number
  seed: number
  json: boolean
}

const SAMPLE_EVERY_S = 10
/** Ended jobs are forgotten soon, so that the number of keys has a steady state within the run. */
const RESULT_TTL_S = 60
/** At the start caches fill, code is compiled, and no job has been forgotten yet. */
const WARM_UP_SHARE = 0.2
/** Left alone, to see how a process develops in all that time. */
const SPARED = ['server-1', 'worker-1']
const SETTLE_MS = 180_000

interface Finding {
  what: string
  slope: Slope
  flat: boolean
  /** Of values in bytes, what is printed is MB. */
  unit: 'MB' | ''
}

/**
 * A long run at a high load, with kills: whether memory, open handles and keys in Redis grow.
 * @returns whether all of them are flat, and no job was lost
 */
export async function soak(t: Cleaner, options: SoakOptions): Promise<boolean> {
  const { minutes, load, servers, workers, seed, json } = options
  const cores = availableParallelism()
  // Processes that are started again are compared at the same age.
  const ageS = Math.min(60, minutes * 2)
  const tasks = await knownTasks()
  const env = { LOG_LEVEL: 'warn', RESULT_TTL_S: String(RESULT_TTL_S) }
  const stack = await readyStack(t, { servers, workers, env })
  const client = new Client(stack.url)
  const ledger = new Ledger()
  const tally = new Tally()
  const killer = new Killer({
    processes: () => stack.writtenProcesses(),
    random: seededRandom(seed ^ 0x5eed),
    everyS: { worker: ageS * 1.5, server: ageS, redis: 0 },
    serves: (name) => serves(stack, name),
    spared: SPARED,
  })
  const random = seededRandom(seed)
  const traffic = new MixedLoad({
    client,
    ledger,
    tally,
    random,
    tasks,
    cores: load * cores * 0.7,
    watchAll: true,
  })
  const sampler = new SoakSampler({
    processes: () => [{ name: 'launcher', pid: stack.pid }, ...stack.writtenProcesses()],
    redisSocket: redisSocket(stack),
    spared: SPARED,
    ageS,
  })
  killer.start()
  traffic.start()
  for (let atS = 0; atS < minutes * 60; atS += SAMPLE_EVERY_S) {
    await goOn(stack, SAMPLE_EVERY_S * 1000)
    const used = await sampler.sample()
    // What a task costs changes with everything else that runs: the offer follows what is used.
    const change = Math.min(1.1, Math.max(0.9, (load * cores) / Math.max(used, 0.01)))
    traffic.cores = Math.min(cores, Math.max(0.02, traffic.cores * change))
  }
  await killer.stop()
  await traffic.stop()
  await settle(client, ledger, { withinMs: SETTLE_MS, again: false })
  await sampler.close()
  client.close()
  const findings = findingsOf(sampler, minutes * 60 * WARM_UP_SHARE)
  const totals = ledger.totals()
  const usedShare = sampler.meanCores() / cores
  if (json)
    console.log(JSON.stringify({ minutes, seed, usedShare, kills: killer.kills, totals, findings }))
  else {
    const rows: Row[] = [
      { what: 'duration', value: `${minutes} minutes, seed ${seed}` },
      { what: 'CPU used by the stack', value: `${(usedShare * 100).toFixed(0)}% of this machine` },
      { what: 'killed', value: countsText(killer.kills) },
      ...requestRows(tally.requests),
      { what: 'jobs accepted', value: `${totals.accepted}`, good: totals.accepted > 0 },
      { what: 'completed', value: `${totals.completed}` },
      { what: 'failed', value: countsText(totals.failed) },
      { what: 'cancelled', value: `${totals.cancelled}` },
      { what: 'faults', value: countsText(totals.faults), good: sum(totals.faults) === 0 },
      { what: 'failed idempotent requests', value: `${tally.failedIdempotent}` },
      { what: 'kept connections found closed', value: `${client.staleConnections}` },
      { what: 'held back by the load itself', value: `${tally.heldBack}` },
      ...findings.map(findingRow),
    ]
    console.log(table('soak: slopes an hour, with 95% confidence, after the warm-up', rows))
  }
  for (const fault of ledger.faults.slice(0, 20)) console.error(fault)
  for (const failure of tally.failures) console.error(failure)
  const unseen = SPARED.filter((name) => !sampler.series.has(`memory in the heap of ${name}`))
  if (unseen.length > 0) console.error(`no metrics of ${unseen.join(', ')}`)
  const isEven = unseen.length === 0 && findings.every(({ flat }) => flat)
  return isWhole(totals) && totals.accepted > 0 && isEven
}

function findingsOf(sampler: SoakSampler, warmUpS: number): Finding[] {
  return [...sampler.series].map(([what, samples]) => {
    const counted = samples.filter(({ atS }) => atS >= warmUpS)
    const slope = slopeOf(sampler.isByAge(what) ? counted : byMinute(counted))
    const unit = what.includes('memory') ? 'MB' : ''
    return { what, slope, flat: isFlat(slope), unit }
  })
}

function findingRow({ what, slope, flat, unit }: Finding): Row {
  const { perHour, confidence, mean, samples } = slope
  const show = (value: number) => (unit === 'MB' ? (value / 1e6).toFixed(1) : value.toFixed(1))
  if (samples < 3) return { what, value: `${samples} samples are too few to tell` }
  if (!Number.isFinite(confidence)) {
    const change = `${slope.rise >= 0 ? '+' : ''}${(slope.rise * 100).toFixed(0)}% from the first third to the last`
    const verdict = flat ? 'flat' : 'not flat'
    return {
      what,
      value: `${change} (mean ${show(mean)} ${unit}), on no line: ${verdict}`,
      good: flat,
    }
  }
  const sign = perHour >= 0 ? '+' : ''
  return {
    what,
    value: `${sign}${show(perHour)} ± ${show(confidence)} ${unit} (mean ${show(mean)}): ${flat ? 'flat' : 'not flat'}`,
    good: flat,
  }
}
