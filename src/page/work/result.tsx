import type { Entry } from './entries.ts'
import { letGo } from './result-room.ts'

const longest = 300
/** What is shorter is not broken. */
const oneLine = 20
const mostFields = 30
const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 6 })

/** What came out of a run: what went wrong, or a picture as a picture and an object field by field. */
export function Result({ entry }: { entry: Entry }) {
  const { error, result, task, jobId } = entry
  if (error !== undefined) return <p data-cell="error">{error}</p>
  if (result === undefined) return null
  return (
    <div data-cell="result">
      {result === letGo ? <LetGo jobId={jobId} /> : <Value value={result} task={task} />}
    </div>
  )
}

function LetGo({ jobId }: { jobId: string | undefined }) {
  return (
    <p class="hint">
      {jobId ? 'Too large to be kept here for long; its job has it.' : 'Too large to be kept here.'}
    </p>
  )
}

function Value({ value, task }: { value: unknown; task: string }) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return isPicture(value) ? <Picture source={value} name="picture" task={task} /> : text(value)
  const all = Object.entries(value)
  const parts = all.slice(0, mostFields)
  const plain = parts.filter(([, each]) => !isPicture(each))
  return (
    <>
      {plain.length > 0 && (
        <dl>
          {plain.map(([name, each]) => (
            <div key={name}>
              <dt>{name}</dt> <dd>{text(each)}</dd>
            </div>
          ))}
        </dl>
      )}
      {all.length > mostFields && <p class="hint">and {all.length - mostFields} more fields</p>}
      {parts.map(
        ([name, each]) =>
          isPicture(each) && <Picture key={name} source={each} name={name} task={task} />,
      )}
    </>
  )
}

function Picture({ source, name, task }: { source: string; name: string; task: string }) {
  return <img src={source} alt={`${name} made by ${task}`} loading="lazy" decoding="async" />
}

/** Pictures of kinds that can do nothing but be shown. */
function isPicture(value: unknown): value is string {
  return typeof value === 'string' && /^data:image\/(png|jpeg|webp|gif);/.test(value)
}

function text(value: unknown) {
  const whole = inWords(value)
  if (whole.length <= oneLine) return <code class="short">{whole}</code>
  return <code>{whole.length > longest ? `${whole.slice(0, longest)}…` : whole}</code>
}

function inWords(value: unknown): string {
  if (typeof value === 'number') return numbers.format(value)
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
