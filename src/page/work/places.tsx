import { executor, forgive } from './choices.ts'
import type { Executor } from './entries.ts'

/** Where a task can run, and what that does to everybody else. */
const places: { value: Executor; label: string; effect: string }[] = [
  {
    value: 'event-loop',
    label: 'On the event loop',
    effect: 'Freezes its server: until it is done, nobody there is answered.',
  },
  {
    value: 'thread',
    label: 'On a thread',
    effect: 'This request waits for it; the server goes on answering others.',
  },
  {
    value: 'queue',
    label: 'On the queue',
    effect: 'Answered at once; a worker does it, and no server is busy with it.',
  },
]

export function Places({ error }: { error: string | undefined }) {
  return (
    <fieldset class="places" aria-describedby={error && 'work-executor-error'}>
      <legend>Where</legend>
      {places.map(({ value, label, effect }) => (
        <div key={value} class={`place ${value}`}>
          <input
            type="radio"
            name="executor"
            id={`work-on-${value}`}
            value={value}
            checked={executor.value === value}
            onChange={() => {
              executor.value = value
              forgive('executor')
            }}
            aria-describedby={`work-on-${value}-effect`}
            {...(error && executor.value === value ? { 'aria-invalid': 'true' as const } : {})}
          />
          <label for={`work-on-${value}`}>{label}</label>
          <p class="hint" id={`work-on-${value}-effect`}>
            {effect}
          </p>
        </div>
      ))}
      {error && (
        <p class="error" id="work-executor-error">
          {error}
        </p>
      )}
    </fieldset>
  )
}
