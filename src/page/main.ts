import type { FieldError } from '../api/problem.ts'
import { job, Refused, run } from './api.ts'
import { addEntry, type Entry, find } from './results.ts'

/**
 * The page works without this script: its form then shows the API's answer in place of the page. With
 * it, answers are listed on the page, jobs are followed to their end, and mistakes stand at their fields.
 */

const form = find(document, '#run', HTMLFormElement)
const choice = find(document, '#task', HTMLSelectElement)

// The server says what is wrong with a field, so that there is one truth about it.
form.noValidate = true
choice.addEventListener('change', showParameters)
showParameters()

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void start(event.submitter as HTMLButtonElement)
})

/** Only the fields of the chosen task are seen and sent. */
function showParameters(): void {
  for (const fields of form.querySelectorAll<HTMLFieldSetElement>('[data-task]')) {
    const chosen = fields.dataset.task === choice.value
    fields.hidden = !chosen
    fields.disabled = !chosen
  }
}

async function start(button: HTMLButtonElement): Promise<void> {
  const url = new URL(button.hasAttribute('formaction') ? button.formAction : form.action)
  for (const [name, value] of new FormData(form, button))
    url.searchParams.append(name, String(value))
  showErrors([])
  const entry = addEntry(choice.value, button.value || 'queue')
  entry.show({ state: 'running' })
  try {
    const answer = await run(url)
    if (answer.type === 'non-blocking') await follow(answer.job.id, answer.instance, entry)
    else entry.show({ state: 'done', ...answer, ...answer.timing })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (showErrors(error.problem.errors ?? [])) entry.remove()
    else entry.show({ state: 'failed', instance: error.instance, error: error.message })
  }
}

/** How often in a row a job's state may be out of reach: a server that restarts, say. */
const patience = 30

/** Asks for the job until it has ended. */
async function follow(id: string, server: string, entry: Entry): Promise<void> {
  entry.show({ state: 'waiting', instance: server })
  for (let failures = 0; ; ) {
    try {
      const { state, worker, progress, timing, result, error } = await job(id)
      failures = 0
      const instance = worker === null ? server : `${server} → ${worker}`
      if (state === 'waiting') entry.show({ state, instance })
      else if (state === 'active') entry.show({ state: 'running', instance, progress })
      else {
        const ended = state === 'completed' ? 'done' : state
        entry.show({
          state: ended,
          instance,
          result,
          ...timing,
          ...(error && { error: error.detail }),
        })
        return
      }
    } catch (error) {
      const lasting = error instanceof Refused && error.problem.status === 404
      if (lasting || ++failures > patience) throw error
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

/**
 * Shows each error at its field, and moves the focus to the first.
 * @returns whether there were errors and all of them have a field
 */
function showErrors(errors: FieldError[]): boolean {
  let shown = 0
  for (const place of form.querySelectorAll<HTMLElement>('fieldset:enabled .error')) {
    const { field } = place.dataset
    const error = errors.find((each) => each.field === field)
    place.textContent = error ? `${error.field} ${error.detail}` : ''
    const input = place.parentElement?.querySelector<HTMLElement>('[name]')
    if (error) input?.setAttribute('aria-invalid', 'true')
    else input?.removeAttribute('aria-invalid')
    if (error && shown++ === 0) input?.focus()
  }
  return shown > 0 && shown === errors.length
}
