import { useEffect, useRef } from 'preact/hooks'
import { useHeir } from '../heir.ts'
import {
  chooseTask,
  count,
  enter,
  executor,
  fields,
  loadTasks,
  mistakes,
  offer,
  placed,
  rate,
  submit,
  task,
  values,
  wrongMany,
} from './choices.ts'
import { described, Field, Labelled } from './field.tsx'
import { Places } from './places.tsx'
import { type Series, series, stopSeries } from './series.ts'
import { connections } from './start.ts'

/** Choose a task, its parameters, where it runs, how many and how fast. */
export function Form() {
  const { value: offered } = offer
  if (offered.state === 'loading')
    return (
      <p class="hint" role="status">
        Asking which tasks there are…
      </p>
    )
  if (offered.state === 'away') return <Away why={offered.why} isAsked={offered.isAsked} />
  if (task.value === undefined) return <p class="hint">This service has no tasks.</p>
  return <Choices names={offered.list.tasks.map(({ name }) => name)} />
}

function Away({ why, isAsked }: { why: string; isAsked: boolean }) {
  const button = useRef<HTMLButtonElement>(null)
  useHeir(button, () => document.getElementById('work-title'))
  return (
    <div class="away">
      <p class="error" role="alert">
        The tasks are not known: {why}
      </p>
      <button
        ref={button}
        type="button"
        aria-disabled={isAsked ? 'true' : undefined}
        onClick={() => !isAsked && void loadTasks()}
      >
        Try again
      </button>
    </div>
  )
}

function Choices({ names }: { names: string[] }) {
  const form = useRef<HTMLFormElement>(null)
  const { name, summary } = task.value!
  const { at, elsewhere } = placed.value

  useEffect(() => {
    if (mistakes.value > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [mistakes.value])

  return (
    // The server says what is wrong with a field, so that there is one truth about it.
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit(unreadable(event.currentTarget))
      }}
    >
      <Labelled id="work-task" label="Task" error={at.get('task')} hint={summary}>
        <select
          id="work-task"
          value={name}
          onChange={(event) => chooseTask(event.currentTarget.value)}
          {...described('work-task', at.get('task'), summary)}
        >
          {names.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </Labelled>
      {fields.value.length > 0 && (
        <fieldset class="params">
          <legend class="visually-hidden">Parameters of {name}</legend>
          {fields.value.map((field) => (
            <Field
              key={`${name} ${field.name}`}
              id={`work-${name}-${field.name}`}
              field={field}
              text={values.value[field.name] ?? field.initial}
              error={at.get(field.name)}
              onText={(text) => enter(field.name, text)}
            />
          ))}
        </fieldset>
      )}
      <Places error={at.get('executor')} />
      <Many />
      {elsewhere.length > 0 && (
        <p class="error" role="alert">
          {elsewhere.join('; ')}
        </p>
      )}
      <Buttons />
    </form>
  )
}

/** How many and how fast. */
function Many() {
  const wrong = wrongMany.value
  const isOne = count.value === '1'
  return (
    <div class="many">
      <Labelled id="work-count" label="How many" error={wrong.count}>
        <input
          id="work-count"
          type="number"
          min={1}
          max={100}
          value={count.value}
          onInput={(event) => {
            count.value = event.currentTarget.value
          }}
          {...described('work-count', wrong.count)}
        />
      </Labelled>
      <Labelled id="work-rate" label="Per second" error={wrong.rate}>
        <input
          id="work-rate"
          type="number"
          min={0.5}
          max={50}
          step="any"
          disabled={isOne}
          value={rate.value}
          onInput={(event) => {
            rate.value = event.currentTarget.value
          }}
          {...described('work-rate', wrong.rate)}
        />
      </Labelled>
      {executor.value !== 'queue' && Number(count.value) > connections && (
        <p class="hint">
          Of requests that wait for their answer, {connections} are under way at a time: a browser
          has few connections.
        </p>
      )}
    </div>
  )
}

function Buttons() {
  const { value: sending } = series
  const run = useRef<HTMLButtonElement>(null)
  return (
    <div class="buttons">
      <button ref={run} class="primary" type="submit" aria-disabled={sending ? 'true' : undefined}>
        Run
      </button>
      {sending && <Stop sending={sending} heir={() => run.current} />}
    </div>
  )
}

function Stop({ sending, heir }: { sending: Series; heir: () => HTMLElement | null }) {
  const button = useRef<HTMLButtonElement>(null)
  useHeir(button, heir)
  return (
    <button ref={button} type="button" onClick={stopSeries}>
      Stop <span class="number">({`${sending.sent} of ${sending.of} sent`})</span>
    </button>
  )
}

/** Number fields in which something else stands: a browser hands out no text for them. */
function unreadable(form: HTMLFormElement): string[] {
  const inputs = [...form.querySelectorAll<HTMLInputElement>('.params input[type="number"]')]
  return inputs.filter(({ validity }) => validity.badInput).map(({ name }) => name)
}
