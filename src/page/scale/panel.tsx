import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useHeir } from '../heir.ts'
import { fleet, link } from '../topology/stream.ts'
import { Command } from './command.tsx'
import {
  composeScale,
  counted,
  localScale,
  type Scale as Numbers,
  type Role,
  scaleOf,
} from './commands.ts'
import { busy, control, isPossible, look, problem, scale, wanted, wantMore } from './control.ts'
import { followControl } from './follow.ts'
import { launcher } from './launcher.ts'
import { Steppers } from './stepper.tsx'

/** How many servers and workers there are, and how to have more or fewer. */
export function Scale() {
  return (
    <section class="panel scale" aria-labelledby="scale-title">
      <div class="head">
        <h2 id="scale-title" tabIndex={-1}>
          Scale
        </h2>
      </div>
      {launcher.value === 'here' ? <Buttons /> : <Commands />}
    </section>
  )
}

/** In a local run: the launcher does it. */
function Buttons() {
  useEffect(followControl, [])
  const now = scale.value
  if (now === undefined)
    return problem.value === undefined ? <p class="hint">Asks the launcher…</p> : <Problem />
  const to = wanted.value ?? now
  return (
    <>
      <Steppers now={now} to={to} isChanging isPossible={isPossible} add={wantMore} />
      <p class="hint" role="status">
        {busy.value ? 'The launcher is at work…' : ''}
      </p>
      <Problem />
      <details>
        <summary>The same in a terminal</summary>
        <Command label="the command that scales" line={localScale(to)} />
      </details>
    </>
  )
}

function Problem() {
  if (problem.value === undefined) return <p class="error" role="alert" />
  return (
    <div class="failed">
      <p class="error" role="alert">
        {problem.value}
      </p>
      {control.value === undefined && <TryAgain />}
    </div>
  )
}

function TryAgain() {
  const button = useRef<HTMLButtonElement>(null)
  useHeir(button, () => document.getElementById('scale-title'))
  return (
    <button ref={button} type="button" class="small" onClick={look}>
      Try again
    </button>
  )
}

/** A stack that this page cannot scale: the command that can, with the numbers that are chosen. */
function Commands() {
  const chosen = useSignal<Partial<Numbers>>({})
  if (fleet.value === undefined) return <p class="hint">Asks who is there…</p>
  const now = scaleOf(fleet.value)
  const to = { ...now, ...chosen.value }
  const isLocal = launcher.value === 'elsewhere'
  // A local stack that runs has room for 16 servers, unless it was started with more.
  const most = { server: isLocal ? Math.max(16, now.server) : 64, worker: 64 }
  const canBe = (role: Role, number: number) =>
    number >= (role === 'server' ? 1 : 0) && number <= most[role]
  const both = `${counted(to.server, 'server')} and ${counted(to.worker, 'worker')}`
  return (
    <>
      <Steppers
        now={now}
        to={to}
        isPossible={canBe}
        add={(role, by) => {
          const number = (chosen.value[role] ?? now[role]) + by
          if (canBe(role, number)) chosen.value = { ...chosen.value, [role]: number }
        }}
      />
      {link.value === 'lost' && (
        <p class="hint">There is no news of who is there: there may be others by now.</p>
      )}
      {isLocal ? (
        <p class="hint">
          Buttons scale this stack only where it runs: on that machine’s own page, opened as{' '}
          <code>localhost</code> (which it has to listen on). In a terminal there, in the folder of
          the project, {both} are:
        </p>
      ) : (
        <p class="hint">
          Nothing on this page can scale this stack. With Docker Compose, in the folder of{' '}
          <code>compose.yaml</code>, {both} are:
        </p>
      )}
      <Command label="the command that scales" line={isLocal ? localScale(to) : composeScale(to)} />
    </>
  )
}
