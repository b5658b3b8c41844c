import { useEffect, useRef } from 'preact/hooks'
import { milliseconds } from '../words.ts'
import { Action } from './action.tsx'
import type { Condition } from './checks.ts'
import { goTo, hasMoved, progress, verdict } from './state.ts'
import { type Step, steps } from './steps.ts'

/** One step in the list: its title, and all of it while it is open. */
export function StepItem({ step, index }: { step: Step; index: number }) {
  const isOpen = progress.value.step === index
  const isDone = progress.value.outcomes[index] !== undefined
  const title = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(isOpen)
  // What was pressed to come here may have gone with the step before. A page that is loaded at a later step
  // leaves the focus where it is.
  useEffect(() => {
    if (isOpen && !wasOpen.current && hasMoved()) title.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return (
    <li class={`step${isOpen ? ' open' : ''}${isDone ? ' passed' : ''}`}>
      <h3>
        <button
          type="button"
          ref={title}
          aria-expanded={isOpen}
          aria-current={isOpen ? 'step' : undefined}
          onClick={() => !isOpen && goTo(index)}
        >
          <span class="mark" aria-hidden="true">
            {isDone ? '✓' : index + 1}
          </span>
          {step.title}
          {isDone && <span class="visually-hidden">, done</span>}
        </button>
      </h3>
      {isOpen && <OpenStep step={step} index={index} />}
    </li>
  )
}

function OpenStep({ step, index }: { step: Step; index: number }) {
  const outcome = progress.value.outcomes[index]
  const seen = verdict.value
  const { measured, maxMs, runMs } = outcome ?? seen
  const conditions = outcome?.conditions.map((text) => ({ text, isMet: true })) ?? seen.conditions
  return (
    <div class="body">
      <p>{step.todo}</p>
      <p class="hint">{step.expect}</p>
      <Action step={step} isDone={outcome !== undefined} />
      <Conditions list={conditions} />
      <p class="measured" data-max-ms={whole(maxMs)} data-run-ms={whole(runMs)}>
        {measured || whatIsUp(seen.isRunning, maxMs)}
      </p>
      {outcome === undefined && seen.failed !== undefined && <p class="error">{seen.failed}</p>}
      {outcome !== undefined && <p class="why">{step.why}</p>}
      {outcome !== undefined && index + 1 < steps.length && (
        <div>
          <button type="button" class="primary" onClick={() => goTo(index + 1)}>
            Next step
          </button>
        </div>
      )}
      {outcome !== undefined && index + 1 === steps.length && (
        <p>That was all. Go on with a task of your own, below, or with more servers and workers.</p>
      )}
    </div>
  )
}

const whole = (ms: number | undefined) => (ms === undefined ? undefined : Math.round(ms))

const whatIsUp = (isRunning: boolean, maxMs: number | undefined) =>
  isRunning && maxMs !== undefined
    ? `It runs; the bystander has waited ${milliseconds(maxMs)} at most so far.`
    : ''

function Conditions({ list }: { list: readonly Condition[] }) {
  return (
    <ul class="conditions" aria-label="What is to be seen">
      {list.map(({ text, isMet }, index) => (
        <li key={index} data-met={isMet}>
          <span aria-hidden="true">{isMet ? '✓' : '○'}</span>
          <span>
            {text}
            <span class="visually-hidden">{isMet ? ': seen' : ': not yet'}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
