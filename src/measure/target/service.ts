import type { TObject } from 'typebox'
import { TaskList } from '../../api/answers.ts'
import { checker } from '../../api/validate.ts'
import { UsageError } from '../../usage-error.ts'
import { type Answer, type Client, createClient, type Outgoing } from '../attack/client.ts'
import { answerReader } from '../attack/read-answer.ts'

/** A service that is to be measured, and what it knows. */
export interface Service {
  url: string
  client: Client
  /** Of its task list; undefined for a service that has none: it is measured on what it answers. */
  tasks: TaskList | undefined
  /** What a bystander can ask for. */
  bystander: string | undefined
}

/** Of one question, in milliseconds; a frozen service may take a while. */
const usualPatienceMs = 15_000

/**
 * Gets to know a service by asking it for its tasks and for what a bystander would ask for.
 *
 * @param bystanderPath what the bystander is to ask for; '' takes `/livez` or, where that is not known, `/`
 * @throws {UsageError} when nothing answers there
 */
export async function meetService(address: string, bystanderPath: string): Promise<Service> {
  const { origin } = readUrl(address)
  const client = createClient(origin)
  try {
    const { status, head } = await ask(client, { method: 'GET', path: '/api/tasks' })
    const tasks = status === 200 ? readTasks(head) : undefined
    let bystander: string | undefined
    for (const path of bystanderPath === '' ? ['/livez', '/'] : [bystanderPath]) {
      const { status } = await ask(client, { method: 'GET', path })
      if (status >= 200 && status < 300) {
        bystander = path
        break
      }
      if (bystanderPath !== '')
        throw new UsageError(
          `the target answers the bystander's GET ${path} with ${status}: it must be a path that it knows`,
        )
    }
    return { url: origin, client, tasks, bystander }
  } catch (error) {
    await client.close()
    throw error
  }
}

/**
 * The name of the task that will run, checked with its parameters; null where the service does not say.
 *
 * @throws {UsageError} if it has no such task, or the parameters do not fit
 */
export function checkTask(
  { url, tasks }: Service,
  task: string,
  params: Readonly<Record<string, unknown>>,
): string | null {
  if (tasks === undefined) return task === '' ? null : task
  const name = task === '' ? tasks.default : task
  const found = tasks.tasks.find((each) => each.name === name)
  if (found === undefined)
    throw new UsageError(
      `there is no task ${name} at ${url}, only ${tasks.tasks.map((each) => each.name).join(', ')}; ` +
        'a stack of its own gets tasks of yours by --tasks, or by tasks: in a scenario',
    )
  const checked = checker(found.params as TObject, 'body', { prefix: 'params.' })({ ...params })
  if (checked.ok) return name
  throw new UsageError(
    `task ${name}: ${checked.errors.map(({ field, detail }) => `${field} ${detail}`).join('; ')}`,
  )
}

/** Asks once; the answer's `head` is its whole body. @throws {UsageError} when there is no answer in time */
export async function ask(
  client: Client,
  outgoing: Outgoing,
  patienceMs = usualPatienceMs,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  let text = ''
  let isLate = false
  const request = client.follow(
    outgoing,
    (part) => {
      text += part
    },
    (answer) => resolve({ ...answer, head: text }),
  )
  const timer = setTimeout(() => {
    isLate = true
    request.abort()
    resolve({ status: 0, headers: {}, head: '' })
  }, patienceMs)
  const answer = await promise
  clearTimeout(timer)
  if (isLate)
    throw new UsageError(
      `${client.origin} does not answer ${outgoing.path} within ${patienceMs / 1000} s`,
    )
  if (answer.error !== undefined)
    throw new UsageError(`nothing answers at ${client.origin}: ${answer.error}`)
  return answer
}

/** @throws {UsageError} */
function readUrl(address: string): URL {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--target ${address}: must be a URL, such as http://localhost:8080`)
  if (url.pathname !== '/' || url.search !== '')
    throw new UsageError(
      `--target ${address}: must be the service's address without a path: ${url.origin}`,
    )
  return url
}

const readTasks = answerReader(TaskList)
