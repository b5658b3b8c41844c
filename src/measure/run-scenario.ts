import { getPriority } from 'node:os'
import { join } from 'node:path'
import { goFirst } from './attack/priority.ts'
import { warmGenerator } from './attack/warm-generator.ts'
import { thisMachine } from './machine.ts'
import { startMetronome } from './pacer/metronome.ts'
import { highestRate } from './pacer/rate.ts'
import type { Progress } from './progress/progress.ts'
import type { RequestRecord, Sample } from './records/record.ts'
import type { Run, Trial } from './records/run.ts'
import { createRunFolder, files, openLines, writeRun } from './records/run-folder.ts'
import { runTrial } from './run-trial.ts'
import { conditionsOf, scheduleOf } from './scenario/conditions.ts'
import type { Condition, Scenario } from './scenario/schema.ts'
import { isIdle } from './target/idle.ts'
import { startOwnStack } from './target/own-stack.ts'
import type { Service } from './target/service.ts'
import { meetSubjects } from './target/subject.ts'

export interface RunOptions {
  cwd: string
  /** Folder for the run; by default a new one below `.unblock/runs`. */
  out?: string | undefined
  /** URL of a service that runs already; without one, a stack is started where any version needs one. */
  target?: string | undefined
  /** As it was typed. */
  command: string
  /** Stops it: what was measured is kept. */
  signal: AbortSignal
  progress(trials: number): Progress
}

/** For what clients have given up; beyond the time that they had. */
const leastPatienceMs = 30_000

/**
 * Runs every trial of a scenario, and writes down what is seen: `run.json`, the records and the samples.
 * Resolves with the folder and the run, also when `signal` or an error has ended it early, and then with the
 * error: what has been measured by then is kept.
 *
 * @throws {UsageError} when nothing could be measured: the target cannot do what the scenario asks for, say
 */
export async function runScenario(
  scenario: Scenario,
  options: RunOptions,
): Promise<{ folder: string; run: Run; error: Error | undefined }> {
  const { cwd, out, target, signal } = options
  const isOwn = target === undefined && needsStack(scenario)
  const conditions = conditionsOf(scenario, { scalable: isOwn })
  const schedule = scheduleOf(scenario, conditions)
  const startedAt = new Date()
  await using closing = new AsyncDisposableStack()
  // A target that cannot be measured leaves no folder behind, and nothing is said but why.
  const given = isOwn ? undefined : await meetSubjects(scenario, target ?? '', closing)
  const progress = options.progress(schedule.length)
  closing.defer(progress.end)
  const { id, path: folder } = createRunFolder({ cwd, name: scenario.name, now: startedAt, out })
  const stack = isOwn ? await startStack(schedule[0]!.condition) : undefined
  const subjects = given ?? (await meetSubjects(scenario, stack?.url ?? '', closing))
  // Not before: a stack of its own would be as privileged.
  closing.adopt(goFirst(mostPerS(scenario, conditions)), (takeBack) => takeBack())
  const metronome = closing.adopt(await startMetronome(), (each) => each.stop())
  await warmGenerator(metronome, signal)
  const lines = <T>(file: string) =>
    closing.adopt(openLines<T>(join(folder, file)), (each) => each.close())
  const records = lines<RequestRecord>(files.records)
  const samples = lines<Sample>(files.samples)

  const run = describe()
  writeRun(folder, run)
  let scale = ''
  /** Clients have given up: the service may still be at it. */
  let leftWork = false
  let error: Error | undefined
  try {
    for (const { condition, repetition } of schedule) {
      if (signal.aborted) break
      await measure(condition, repetition)
    }
  } catch (thrown) {
    // What was measured before is worth something.
    if (run.trials.length === 0 || !(thrown instanceof Error)) throw thrown
    error = thrown
  }
  if (!signal.aborted && error === undefined) run.state = 'complete'
  run.endedAt = new Date().toISOString()
  await Promise.all([records.close(), samples.close()])
  writeRun(folder, run)
  return { folder, run, error }

  async function measure(condition: Condition, repetition: number): Promise<void> {
    await rescale(condition)
    const subject = subjects.get(condition.version)!
    const { warmUpMs, durationMs, giveUpMs } = scenario
    const wasIdle = !leftWork || (await untilIdle(subject.service, giveUpMs))
    leftWork = false
    const index = run.trials.length
    progress.trial({ number: index + 1, label: condition.label, durationMs: warmUpMs + durationMs })
    const trial: Trial = {
      index,
      condition: condition.key,
      repetition,
      startedAt: new Date(Date.now() + warmUpMs).toISOString(),
      state: 'partial',
      before: wasIdle ? 'idle' : 'busy',
      durationMs: null,
      generator: null,
      cpu: null,
    }
    // Written down at once: if this process is killed, its records are of something.
    run.trials.push(trial)
    writeRun(folder, run)
    const { startedAt, ...end } = await runTrial(scenario, {
      index,
      repetition,
      condition,
      subject,
      counters: subject.service.url === stack?.url ? stack.counters : undefined,
      metronome,
      onRecord(record) {
        leftWork ||= record.reason === 'gave up'
        records.write(record)
        progress.record(record)
      },
      onSample(sample) {
        run.target.fleet = true
        samples.write(sample)
      },
      signal,
    })
    progress.trialEnded()
    const state = signal.aborted ? 'partial' : 'complete'
    Object.assign(trial, { startedAt: startedAt.toISOString(), state, ...end })
    writeRun(folder, run)
  }

  function untilIdle(service: Service, giveUpMs: number): Promise<boolean> {
    progress.note('waits until the service has done with what was given up')
    return isIdle(service, giveUpMs + leastPatienceMs, signal)
  }

  async function startStack(first: Condition) {
    progress.note('starts a stack of its own')
    const scale = { server: first.servers ?? 1, worker: first.workers ?? 1 }
    const started = await startOwnStack({ tasks: scenario.tasks, scale, folder, signal })
    return closing.adopt(started, (each) => {
      progress.note('stops its stack')
      return each.stop()
    })
  }

  async function rescale({ servers, workers }: Condition): Promise<void> {
    const wanted = `server=${servers} worker=${workers}`
    if (stack === undefined || servers === null || workers === null || wanted === scale) return
    progress.note(`scales to ${wanted}`)
    await stack.scale({ server: servers, worker: workers })
    scale = wanted
  }

  function describe(): Run {
    const { service, taskName } = subjects.get(conditions[0]!.version)!
    return {
      format: 1,
      id,
      startedAt: startedAt.toISOString(),
      endedAt: startedAt.toISOString(),
      state: 'partial',
      command: options.command,
      scenario,
      conditions,
      target: {
        url: service.url,
        own: service.url === stack?.url,
        task: taskName,
        jobs: service.tasks !== undefined,
        fleet: false,
        bystander: scenario.bystander === false ? null : (service.bystander ?? null),
      },
      versions: scenario.versions.map(({ name }) => {
        const { service, taskName } = subjects.get(name)!
        return { name, url: service.url, own: service.url === stack?.url, task: taskName }
      }),
      machine: thisMachine(),
      priority: getPriority(),
      trials: [],
    }
  }
}

/** Requests a second, bystanders with them, where a condition sends most. */
function mostPerS({ bystander }: Scenario, conditions: readonly Condition[]): number {
  const tasks = conditions.map(({ rate }) => highestRate(rate))
  return Math.max(...tasks) + (bystander === false ? 0 : bystander.rate)
}

function needsStack({ versions }: Scenario): boolean {
  return versions.length === 0 || versions.some((each) => each.target === undefined)
}
