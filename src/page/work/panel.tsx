import { useEffect } from 'preact/hooks'
import { followTasks } from './choices.ts'
import { runClock } from './clock.ts'
import { Form } from './form.tsx'
import { List } from './list.tsx'
import { news, tellNews } from './news.ts'

/** Run a task, and see what becomes of it. */
export function Work() {
  useEffect(() => {
    const ends = [followTasks(), runClock(), tellNews()]
    return () => {
      for (const end of ends) end()
    }
  }, [])
  return (
    <section class="panel work" aria-labelledby="work-title">
      <div class="head">
        <h2 id="work-title" tabIndex={-1}>
          Run work
        </h2>
      </div>
      <div class="columns">
        <Form />
        <List />
      </div>
      <p class="visually-hidden" role="status">
        {news}
      </p>
    </section>
  )
}
