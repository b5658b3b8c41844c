import { useRef } from 'preact/hooks'
import { Command } from '../scale/command.tsx'
import {
  composeScale,
  counted,
  localList,
  localScale,
  type Scale,
  scaleOf,
} from '../scale/commands.ts'
import { busy, scale, want, wanted } from '../scale/control.ts'
import { launcher } from '../scale/launcher.ts'
import { fleet, link } from '../topology/stream.ts'
import { killedWorker } from './checks.ts'
import { Kill } from './kill.tsx'
import { Passing } from './passing.tsx'
import { Problem } from './problem.tsx'
import { act, verdict } from './state.ts'
import type { Step } from './steps.ts'

/**
 * What there is to do in a step now: scale, run, kill. One button is always there, and gets the focus of
 * what goes: it scales first where that is needed, then it runs.
 */
export function Action({ step, isDone }: { step: Step; isDone: boolean }) {
  const main = useRef<HTMLButtonElement>(null)
  const heir = () => main.current
  if (fleet.value === undefined) return <p class="hint">Asks who is there…</p>
  const now = scaleOf(fleet.value)
  const isOld = link.value === 'lost'
  const { isRunning } = verdict.value
  const needed = isRunning ? undefined : missing(now, step.needs)
  const better = isRunning || isDone || needed ? undefined : missing(now, step.better)
  const canScale = launcher.value === 'here'
  const { label, isOff, press } =
    needed !== undefined && canScale
      ? scaling(needed)
      : running(step, { isDone, isOff: isRunning || needed !== undefined })
  return (
    <>
      {needed !== undefined && !canScale && (
        <Passing heir={heir}>
          <InTerminal now={now} to={needed} />
        </Passing>
      )}
      <div>
        <button
          ref={main}
          type="button"
          class={isDone ? 'small' : 'primary'}
          aria-disabled={isOff || isOld}
          onClick={() => !isOff && !isOld && press()}
        >
          {label}
        </button>
      </div>
      {isOld && (
        <p class="hint">There is no news of who is there. It goes on when there is again.</p>
      )}
      {needed !== undefined && canScale && <Problem />}
      {better !== undefined && (
        <Passing heir={heir}>
          <p class="hint">One worker can do it, with two it goes faster.</p>
          {canScale ? <ScaleButton to={better} /> : <InTerminal now={now} to={better} />}
        </Passing>
      )}
      {step.check === killedWorker && isRunning && <Kill heir={heir} />}
      {step.check === killedWorker && !isRunning && launcher.value === 'elsewhere' && (
        <>
          <p class="hint">
            Have a terminal ready on the machine that this runs on: there you will kill the worker
            while it runs the job, with <code>kill -9</code> and its process id. This lists them:
          </p>
          <Command label="the command that lists the process ids" line={localList} />
        </>
      )}
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

interface Deed {
  label: string
  isOff: boolean
  press: () => void
}

function running(step: Step, { isDone, isOff }: { isDone: boolean; isOff: boolean }): Deed {
  const again = verdict.value.failed === undefined ? step.label : 'Try again'
  return { label: isDone ? 'Do it again' : again, isOff, press: act }
}

function scaling(to: Partial<Scale>): Deed {
  const all = wanted.value
  // Something else may be wanted, by the buttons of the scale.
  const isOnItsWay = all !== undefined && missing(all, to) === undefined
  return {
    label: isOnItsWay ? `Goes to ${inWords(to)}…` : `Go to ${inWords(to)}`,
    isOff: scale.value === undefined || busy.value || all !== undefined,
    press: () => want(to),
  }
}

const inWords = ({ server, worker }: Partial<Scale>) =>
  [
    ...(server === undefined ? [] : [counted(server, 'server')]),
    ...(worker === undefined ? [] : [counted(worker, 'worker')]),
  ].join(' and ')

function ScaleButton({ to }: { to: Partial<Scale> }) {
  const { label, isOff, press } = scaling(to)
  return (
    <div>
      <button type="button" class="small" aria-disabled={isOff} onClick={() => !isOff && press()}>
        {label}
      </button>
      <Problem />
    </div>
  )
}

function InTerminal({ now, to }: { now: Scale; to: Partial<Scale> }) {
  const what = inWords(to)
  const isLocal = launcher.value === 'elsewhere'
  const all = { ...now, ...to }
  return (
    <>
      <p>
        Go to {what}
        {isLocal && ', in a terminal of the machine that this runs on'}:
      </p>
      <Command
        label={`the command that goes to ${what}`}
        line={isLocal ? localScale(all) : composeScale(all)}
      />
    </>
  )
}
