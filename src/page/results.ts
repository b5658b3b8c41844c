/** What is known of a run so far. Times are milliseconds. */
export interface Progress {
  state: 'running' | 'waiting' | 'done' | 'failed' | 'cancelled'
  instance?: string | undefined
  waitMs?: number | null | undefined
  runMs?: number | null | undefined
  /** A fraction from 0 to 1. */
  progress?: number
  result?: unknown
  error?: string
}

export interface Entry {
  show(progress: Progress): void
  remove(): void
}

const table = find(document, '#results', HTMLTableElement)
const nothingYet = find(document, '#nothing-yet', HTMLElement)
const news = find(document, '#news', HTMLElement)
const template = find(document, '#result', HTMLTemplateElement)

/** Puts a run on top of the list. */
export function addEntry(task: string, executor: string): Entry {
  const body = template.content.firstElementChild?.cloneNode(true) as HTMLTableSectionElement
  const cell = (name: string) => find(body, `[data-cell="${name}"]`, HTMLElement)
  cell('task').textContent = task
  cell('executor').append(tag(executor))
  table.tHead?.after(body)
  updateList()

  const started = performance.now()
  const clock = setInterval(() => {
    cell('run').textContent = milliseconds(performance.now() - started, 100)
  }, 100)

  return {
    show({ state, instance, waitMs, runMs, progress, result, error }) {
      const ended = state !== 'running' && state !== 'waiting'
      body.className = state
      if (instance) cell('instance').textContent = instance
      cell('state').textContent = stateInWords(state, progress)
      if (!ended) return
      clearInterval(clock)
      cell('wait').textContent = milliseconds(waitMs)
      cell('run').textContent = milliseconds(runMs)
      const shown = error ?? result
      if (shown !== undefined) {
        cell('result').replaceChildren(...(error ? [error] : resultNodes(result, task)))
        body.rows[1]!.hidden = false
      }
      news.textContent = `${task}, ${executor}: ${state}${error ? `. ${error}` : ''}`
    },
    remove() {
      clearInterval(clock)
      body.remove()
      updateList()
    },
  }
}

function updateList(): void {
  table.hidden = table.tBodies.length === 0
  nothingYet.hidden = !table.hidden
}

function tag(executor: string): HTMLElement {
  const span = document.createElement('span')
  span.className = `tag ${executor}`
  span.textContent = executor
  return span
}

function stateInWords(state: Progress['state'], progress = 0): string {
  if (state === 'running')
    return progress > 0 ? `running, ${Math.floor(progress * 100)} %` : 'running…'
  return state === 'waiting' ? 'waiting…' : state
}

/** A picture as a picture, the fields of an object one by one, anything else as JSON. */
function resultNodes(result: unknown, task: string): Node[] {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return [code(result)]
  return Object.entries(result).map(([name, value]) => {
    if (typeof value === 'string' && /^data:image\/(png|jpeg|webp|gif);/.test(value))
      return picture(value, `${name} made by ${task}`)
    const field = document.createElement('span')
    field.className = 'value'
    const label = document.createElement('span')
    label.textContent = name
    field.append(label, ' ', code(value))
    return field
  })
}

function picture(source: string, description: string): HTMLElement {
  const image = new Image()
  image.src = source
  image.alt = description
  return image
}

const longest = 2000

function code(value: unknown): HTMLElement {
  const element = document.createElement('code')
  const text =
    typeof value === 'number'
      ? value.toLocaleString('en', { maximumFractionDigits: 6 })
      : typeof value === 'string'
        ? value
        : JSON.stringify(value)
  element.textContent = text.length > longest ? `${text.slice(0, longest)}…` : text
  return element
}

function milliseconds(ms: number | null | undefined, step = 1): string {
  if (ms === null || ms === undefined) return '–'
  return `${(Math.round(ms / step) * step).toLocaleString('en')} ms`
}

/** The one element that a selector names; the page is broken without it. */
export function find<E extends Element>(
  root: ParentNode,
  selector: string,
  type: abstract new (...args: never[]) => E,
): E {
  const element = root.querySelector(selector)
  if (element instanceof type) return element
  throw new Error(`the page has no ${selector}`)
}
