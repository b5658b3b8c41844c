import { useEffect, useRef } from 'preact/hooks'
import { leave, progress, resume, startOver, verdict, walk } from './state.ts'
import { StepItem } from './step.tsx'
import { steps } from './steps.ts'

/** Five steps to see it all, one after another; each checks itself. */
export function Walk() {
  useEffect(() => walk(), [])
  const leaving = useRef<HTMLButtonElement>(null)
  const { isOpen, outcomes } = progress.value
  const done = Object.keys(outcomes).length
  return (
    <section class="panel walk" aria-labelledby="walk-title">
      <div class="head">
        <h2 id="walk-title">A walk in five steps</h2>
        <p class="hint number">
          {done} of {steps.length} done
        </p>
      </div>
      {isOpen ? (
        <ol>
          {steps.map((step, index) => (
            <StepItem key={step.title} step={step} index={index} />
          ))}
        </ol>
      ) : (
        <p class="hint">See each cause and each remedy for yourself, in about three minutes.</p>
      )}
      <div class="buttons">
        {/* One button with two words, so that it keeps the focus. */}
        <button
          ref={leaving}
          type="button"
          class="small"
          aria-expanded={isOpen}
          onClick={isOpen ? leave : resume}
        >
          {isOpen ? 'Leave the walk' : 'Resume the walk'}
        </button>
        {isOpen && done > 0 && (
          <button
            type="button"
            class="small"
            onClick={() => {
              startOver()
              leaving.current?.focus() // this button goes
            }}
          >
            Start over
          </button>
        )}
      </div>
      <p class="visually-hidden" role="status">
        {isOpen && news()}
      </p>
    </section>
  )
}

/** What a screen reader is told: how a step has ended. */
function news(): string {
  const { step, outcomes } = progress.value
  const outcome = outcomes[step]
  if (outcome !== undefined) return `Step ${step + 1} is done. ${outcome.measured}`
  return verdict.value.failed ?? ''
}
