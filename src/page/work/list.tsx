import { signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { clearEnded, entries, hasEnded } from './entries.ts'
import { Row } from './row.tsx'
import { canCancel, cancelAll } from './start.ts'

const few = 20
const showsAll = signal(false)

/** What was run, newest first. */
export function List() {
  const title = useRef<HTMLHeadingElement>(null)
  const { value: all } = entries
  const shown = showsAll.value ? all : all.slice(0, few)
  return (
    <div class="list">
      <div class="head">
        <h3 id="work-list-title" ref={title} tabIndex={-1}>
          Runs
        </h3>
        <div class="buttons">
          {all.length > 0 && (
            <>
              <button
                class="small"
                type="button"
                aria-disabled={all.some(canCancel) ? undefined : 'true'}
                onClick={cancelAll}
              >
                Cancel all
              </button>
              <button
                class="small"
                type="button"
                aria-disabled={all.some(hasEnded) ? undefined : 'true'}
                onClick={() => {
                  clearEnded()
                  if (entries.value.length === 0) title.current?.focus() // this button goes
                }}
              >
                Clear ended
              </button>
            </>
          )}
        </div>
      </div>
      {all.length === 0 ? (
        <p class="hint empty">
          Nothing yet. Choose a task and press Run: each run is listed here, with how long it
          waited, how long it took, and who did it.
        </p>
      ) : (
        <table aria-labelledby="work-list-title">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Where</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Waited
              </th>
              <th scope="col" class="number">
                Ran
              </th>
              <th scope="col">Instance</th>
              <th scope="col">Result</th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <Row key={entry.id} entry={entry} heir={() => title.current} />
            ))}
          </tbody>
        </table>
      )}
      {all.length > few && (
        <button
          class="small more"
          type="button"
          aria-expanded={showsAll.value}
          onClick={() => {
            showsAll.value = !showsAll.value
          }}
        >
          {showsAll.value ? `Show the newest ${few}` : `Show all ${all.length}`}
        </button>
      )}
    </div>
  )
}
