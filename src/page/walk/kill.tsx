import { Command } from '../scale/command.tsx'
import { composeKill, localList } from '../scale/commands.ts'
import { isAtRest, kill } from '../scale/control.ts'
import { launcher } from '../scale/launcher.ts'
import { percent } from '../words.ts'
import { Passing } from './passing.tsx'
import { Problem } from './problem.tsx'
import { lost, run } from './state.ts'

const untilTaken = 'It takes up to 15 s until the job is given to a worker again.'

/** The worker that runs the job, and what kills it. */
export function Kill({ heir }: { heir: () => HTMLElement | null }) {
  const { worker, state, progress = 0, attempts = 0 } = run.value ?? {}
  if (worker === undefined || state !== 'active')
    return <p class="hint">{lost.value.length > 0 ? untilTaken : 'The job waits for a worker…'}</p>
  if (lost.value.includes(worker) && attempts < 2)
    return (
      <p class="hint">
        {worker} was killed. {untilTaken}
      </p>
    )
  return (
    <>
      <p class="job">
        <progress value={progress} aria-label={`The job on ${worker}`} />
        <span class="number">{percent(progress)}</span> on {worker}
      </p>
      {lost.value.length === 0 && (
        <Passing heir={heir}>
          <HowTo worker={worker} />
        </Passing>
      )}
    </>
  )
}

function HowTo({ worker }: { worker: string }) {
  if (launcher.value === 'here')
    return (
      <div>
        <button
          type="button"
          class="danger"
          aria-disabled={!isAtRest.value}
          onClick={() => isAtRest.value && kill(worker)}
        >
          Kill {worker}
        </button>
        <Problem />
      </div>
    )
  if (launcher.value === 'elsewhere')
    return (
      <>
        <p>
          Kill the process of {worker} now, as a crash would: on the machine that this runs on,{' '}
          <code>kill -9</code> and its process id, which this lists:
        </p>
        <Command label="the command that lists the process ids" line={localList} />
      </>
    )
  const line = composeKill(worker)
  if (line === undefined) return <p>Kill the process of {worker} now.</p>
  return (
    <>
      <p>Kill {worker} now, as a crash would:</p>
      <Command label={`the command that kills ${worker}`} line={line} />
    </>
  )
}
