import { Command } from '../scale/command.tsx'
import { composeKill, composeScale, counted, type Scale, scaleOf } from '../scale/commands.ts'
import { busy, kill, problem, scale, want, wanted } from '../scale/control.ts'
import { hasControl } from '../scale/has-control.ts'
import { fleet } from '../topology/stream.ts'
import { percent } from '../words.ts'
import { killedWorker } from './checks.ts'
import { act, lost, run, verdict } from './state.ts'
import type { Step } from './steps.ts'

/** What there is to do in a step now: scale, run, kill. */
export function Action({ step, isDone }: { step: Step; isDone: boolean }) {
  if (fleet.value === undefined) return <p class="hint">Asks who is there…</p>
  const now = scaleOf(fleet.value)
  const { isRunning, failed } = verdict.value
  const needed = missing(now, step.needs)
  if (needed !== undefined && !isRunning)
    return isDone ? null : <ScaleFirst now={now} to={needed} />
  const better = missing(now, step.better)
  return (
    <>
      <div>
        <button
          type="button"
          class={isDone ? 'small' : 'primary'}
          aria-disabled={isRunning}
          onClick={() => !isRunning && act()}
        >
          {isDone ? 'Do it again' : failed === undefined ? step.label : 'Try again'}
        </button>
      </div>
      {better !== undefined && !isRunning && !isDone && (
        <>
          <p class="hint">One worker can do it, with two it goes faster.</p>
          <ScaleFirst now={now} to={better} isOptional />
        </>
      )}
      {step.check === killedWorker && isRunning && <Kill />}
    </>
  )
}

/** What is to change so that there is what a step needs; undefined where there is. */
function missing(now: Scale, { server, worker }: Partial<Scale>): Partial<Scale> | undefined {
  const to: Partial<Scale> = {}
  if (server !== undefined && now.server !== server) to.server = server
  if (worker !== undefined && now.worker < worker) to.worker = worker
  return Object.keys(to).length > 0 ? to : undefined
}

function ScaleFirst({
  now,
  to,
  isOptional = false,
}: {
  now: Scale
  to: Partial<Scale>
  isOptional?: boolean
}) {
  const what = [
    ...(to.server === undefined ? [] : [counted(to.server, 'server')]),
    ...(to.worker === undefined ? [] : [counted(to.worker, 'worker')]),
  ].join(' and ')
  if (!hasControl())
    return (
      <>
        <p>Go to {what}:</p>
        <Command
          label={`the command that goes to ${what}`}
          line={composeScale({ ...now, ...to })}
        />
      </>
    )
  const isOff = scale.value === undefined || busy.value || wanted.value !== undefined
  return (
    <div>
      <button
        type="button"
        class={isOptional ? 'small' : 'primary'}
        aria-disabled={isOff}
        onClick={() => !isOff && want(to)}
      >
        {wanted.value === undefined ? `Go to ${what}` : `Goes to ${what}…`}
      </button>
      {problem.value !== undefined && <p class="error">{problem.value}</p>}
    </div>
  )
}

/** The worker that runs the job, and what kills it. */
function Kill() {
  const { worker, state, progress = 0 } = run.value ?? {}
  if (worker === undefined || state !== 'active')
    return <p class="hint">{lost.value.length > 0 ? untilTaken : 'The job waits for a worker…'}</p>
  if (lost.value.includes(worker) && (run.value?.attempts ?? 0) < 2)
    return (
      <p class="hint">
        {worker} was killed. {untilTaken}
      </p>
    )
  const bar = (
    <p class="job">
      <progress value={progress} aria-label={`The job on ${worker}`} />
      <span class="number">{percent(progress)}</span> on {worker}
    </p>
  )
  if (lost.value.length > 0) return bar
  const line = composeKill(worker)
  return (
    <>
      {bar}
      {hasControl() ? (
        <div>
          <button
            type="button"
            class="danger"
            aria-disabled={busy.value}
            onClick={() => !busy.value && kill(worker)}
          >
            Kill {worker}
          </button>
        </div>
      ) : line === undefined ? (
        <p>Kill the process of {worker} now.</p>
      ) : (
        <>
          <p>Kill {worker} now, as a crash would:</p>
          <Command label={`the command that kills ${worker}`} line={line} />
        </>
      )}
      {problem.value !== undefined && <p class="error">{problem.value}</p>}
    </>
  )
}

const untilTaken = 'It takes up to 15 s until the job is given to a worker again.'
