import type { Task } from '../tasks/define.ts'

/** The parts of the page's form that follow from the tasks: HTML, made once, when the server starts. */

export function taskOptions(tasks: readonly Task[], chosen: Task): string {
  return tasks
    .map(
      ({ name }) =>
        `<option${name === chosen.name ? ' selected' : ''}>${escapeHtml(name)}</option>`,
    )
    .join('')
}

/** Links that choose another task where there is no script to do it. */
export function taskLinks(tasks: readonly Task[]): string {
  return tasks
    .map(({ name }) => `<a href="/?task=${escapeHtml(name)}">${escapeHtml(name)}</a>`)
    .join(', ')
}

/** The parameters of every task; only those of the chosen one are seen and sent. */
export function taskFields(tasks: readonly Task[], chosen: Task): string {
  return tasks
    .map((task) => {
      const name = escapeHtml(task.name)
      const fields = Object.entries(task.params.properties).map(([field, schema]) =>
        renderField(`${task.name}-${field}`, field, schema),
      )
      return `<fieldset data-task="${name}"${task.name === chosen.name ? '' : ' hidden disabled'}>
        <legend class="visually-hidden">Parameters of ${name}</legend>
        <p class="summary">${escapeHtml(task.summary)}</p>
        <div class="fields">${fields.join('')}</div>
      </fieldset>`
    })
    .join('')
}

/** What the form understands of a JSON Schema. */
interface Schema {
  type?: unknown
  description?: string
  default?: unknown
  enum?: unknown[]
  anyOf?: { const?: unknown }[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

function renderField(id: string, name: string, schema: Schema): string {
  const hint = [schema.description, range(schema)].filter(Boolean).join('; ')
  const input = isCompound(schema)
    ? '<p class="hint">Not a plain value: POST it as JSON.</p>'
    : renderInput(schema, {
        id,
        name,
        'aria-describedby': `${id}-error ${id}-hint`,
      })
  return `<div class="field">
    <label for="${escapeHtml(id)}">${escapeHtml(name)}</label>
    ${input}
    <p class="error" id="${escapeHtml(id)}-error" data-field="${escapeHtml(name)}"></p>
    <p class="hint" id="${escapeHtml(id)}-hint">${escapeHtml(hint)}</p>
  </div>`
}

type Attributes = Record<string, string | number | undefined>

function renderInput(schema: Schema, common: Attributes): string {
  const choices = choicesOf(schema)
  if (choices !== undefined) {
    const options = choices.map((choice) => {
      const selected = choice === schema.default ? ' selected' : ''
      return `<option${selected}>${escapeHtml(String(choice))}</option>`
    })
    return `<select${attributes(common)}>${options.join('')}</select>`
  }
  const value = schema.default === undefined ? undefined : String(schema.default)
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum: min, maximum: max } = schema
    const step = schema.type === 'integer' ? 1 : 'any'
    return `<input${attributes({ ...common, type: 'number', min, max, step, value })}>`
  }
  const { minLength: minlength, maxLength: maxlength } = schema
  return `<input${attributes({ ...common, type: 'text', minlength, maxlength, value })}>`
}

/** The values to choose from, where there are only some; undefined where there are many. */
function choicesOf({ type, enum: values, anyOf }: Schema): unknown[] | undefined {
  if (values !== undefined) return values
  if (type === 'boolean') return [true, false]
  if (anyOf?.every((each) => 'const' in each)) return anyOf.map((each) => each.const)
  return undefined
}

function isCompound({ type }: Schema): boolean {
  return type === 'object' || type === 'array'
}

function range({ minimum, maximum, maxLength }: Schema): string {
  const [min, max, length] = [minimum, maximum, maxLength].map((limit) =>
    limit === undefined ? undefined : grouped(limit),
  )
  if (min !== undefined && max !== undefined) return `${min} to ${max}`
  if (min !== undefined) return `at least ${min}`
  if (max !== undefined) return `at most ${max}`
  return length === undefined ? '' : `at most ${length} characters`
}

/** 3000000 as 3,000,000. `toLocaleString` loads the languages of the world, which is 16 ms of a start. */
const grouped = (value: number) => String(value).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',')

function attributes(values: Attributes): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeHtml(String(value))}"`)
    .join('')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
