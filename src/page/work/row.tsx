import { useRef, useState } from 'preact/hooks'
import { useHeir } from '../heir.ts'
import { milliseconds, percent } from '../words.ts'
import { now } from './clock.ts'
import { Details } from './details.tsx'
import { type Entry, hasEnded } from './entries.ts'
import { news } from './news.ts'
import { Result } from './result.tsx'
import { canCancel, cancelRun } from './start.ts'

/** What has the focus when what had it goes. */
type Heir = () => HTMLElement | null

/** One run: a row of the table, and below it, when it is opened, the request itself. */
export function Row({ entry, heir }: { entry: Entry; heir: Heir }) {
  const [isOpen, open] = useState(false)
  const row = useRef<HTMLTableRowElement>(null)
  const curl = useRef<HTMLButtonElement>(null)
  useHeir(row, heir)
  const { id, task, executor, state, server, worker } = entry
  const detailsId = `work-details-${id}`
  return (
    <>
      <tr ref={row} data-entry={id} data-state={state}>
        <th scope="row" data-cell="task">
          {task}
        </th>
        <td data-cell="executor">
          <span class={`tag ${executor}`}>{executor}</span>
        </td>
        <td data-cell="state">
          <State entry={entry} />
        </td>
        <td data-cell="wait" class="number" data-label="waited">
          <Waited entry={entry} />
        </td>
        <td data-cell="run" class="number" data-label="ran">
          <Ran entry={entry} />
        </td>
        <td data-cell="instance">
          <Instance server={server} worker={worker} />
        </td>
        <td class="outcome">
          <Result entry={entry} />
        </td>
        <td class="actions">
          {canCancel(entry) && <Cancel entry={entry} heir={() => curl.current} />}
          <button
            ref={curl}
            class="small"
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            onClick={() => open(!isOpen)}
          >
            curl
            <span class="visually-hidden">
              {' '}
              line of {task}, {executor}
            </span>
          </button>
        </td>
      </tr>
      {isOpen && (
        <tr class="details" id={detailsId}>
          <td colSpan={8}>
            <Details entry={entry} heir={heir} />
          </td>
        </tr>
      )}
    </>
  )
}

/** It is broken, if it must be, before the arrow. */
function Instance({ server, worker }: Pick<Entry, 'server' | 'worker'>) {
  if (worker === undefined) return <span>{server}</span>
  return (
    <>
      <span>{server}</span> <span>→ {worker}</span>
    </>
  )
}

function State({ entry }: { entry: Entry }) {
  const { state, executor, progress, attempts, task } = entry
  const again = attempts > 1 && <span class="hint">attempt {attempts}</span>
  if (state !== 'active')
    return (
      <>
        <span class="word">{state === 'sending' || state === 'waiting' ? `${state}…` : state}</span>{' '}
        {again}
      </>
    )
  // Inside a request nobody hears how far it is.
  const known = executor === 'queue' ? { value: progress } : {}
  return (
    <>
      <span class="word">running{executor === 'queue' ? `, ${percent(progress)}` : '…'}</span>{' '}
      {again}
      <progress max={1} aria-label={`progress of ${task}`} {...known} />
    </>
  )
}

/** The time that it has been waiting for so far, or had waited when it started. */
function Waited({ entry }: { entry: Entry }) {
  const { state, waitMs, sentAt } = entry
  if (waitMs !== undefined) return <>{milliseconds(waitMs)}</>
  const waits = state === 'waiting' || state === 'sending'
  return <>{waits ? <Since ms={sentAt} /> : '–'}</>
}

function Ran({ entry }: { entry: Entry }) {
  const { state, runMs, waitMs = 0, sentAt } = entry
  if (runMs !== undefined) return <>{milliseconds(runMs)}</>
  return <>{state === 'active' ? <Since ms={sentAt + waitMs} /> : '–'}</>
}

/** Alone, so that the clock makes nothing else be drawn again. */
function Since({ ms }: { ms: number }) {
  return <>{milliseconds(Math.max(0, Math.round((now.value - ms) / 100) * 100))}</>
}

function Cancel({ entry, heir }: { entry: Entry; heir: Heir }) {
  const [isAsked, ask] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  useHeir(button, heir)
  const cancel = async () => {
    if (isAsked) return
    ask(true)
    const trouble = await cancelRun(entry)
    ask(false)
    if (trouble && !hasEnded(entry)) news.value = `${entry.task} was not cancelled: ${trouble}`
  }
  return (
    <button
      ref={button}
      class="small"
      type="button"
      aria-disabled={isAsked ? 'true' : undefined}
      onClick={cancel}
    >
      Cancel
      <span class="visually-hidden">
        {' '}
        {entry.task}, {entry.executor}
      </span>
    </button>
  )
}
