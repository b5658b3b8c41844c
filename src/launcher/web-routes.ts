import type { IncomingMessage } from 'node:http'
import type { TObject } from 'typebox'
import { type Control, KillRequest, scaleRequest } from '../api/control.ts'
import { invalid, Problem, type ProblemBody } from '../api/problem.ts'
import { checker } from '../api/validate.ts'
import { UsageError } from '../usage-error.ts'
import { whyNotFromHere } from './from-here.ts'
import { MAX_INSTANCES, MIN_INSTANCES, roles, type Scale } from './scale-options.ts'
import type { ProcessState } from './supervised.ts'

/** What a browser may see and change of the stack. */
export interface Controlled {
  readonly scale: Scale
  /** How many of either kind there may be. */
  readonly limits: Scale
  /** Servers and workers, and others that are left out here. */
  readonly processes: readonly { name: string; state: ProcessState; pid: number | undefined }[]
  /** @throws {UsageError} if it cannot be done */
  changeScale(to: Partial<Scale>): Promise<unknown>
  /** Ends one as a crash does; with false if it does not run now. */
  crash(name: string): Promise<boolean>
}

export interface WebAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  body: Control | ProblemBody
}

type Work = (stack: Controlled, request: IncomingMessage) => Promise<void>

/** Every path of the control. Each answers with how things are when its work is done. */
const routes: Record<string, { methods: readonly string[]; work: Work }> = {
  '/control': { methods: ['GET', 'HEAD'], work: async () => {} },
  '/control/scale': {
    methods: ['POST'],
    async work(stack, request) {
      await stack.changeScale((await readBody(request, checkScale)) as Partial<Scale>)
    },
  },
  '/control/kill': {
    methods: ['POST'],
    async work(stack, request) {
      const { instance } = (await readBody(request, checkKill)) as KillRequest
      const names = controlOf(stack).instances.map(({ name }) => name)
      if (!names.includes(instance))
        throw new Problem(404, `There is no ${instance} here, only ${names.join(', ')}.`, {
          errors: [{ field: 'instance', detail: `must be one of ${names.join(', ')}` }],
        })
      if (!(await stack.crash(instance)))
        throw new Problem(409, `${instance} cannot be killed: it does not run now, or is to end.`)
    },
  },
}

/** Answers one request; refuses first what does not come from here. Never rejects. */
export async function answerWeb(stack: Controlled, request: IncomingMessage): Promise<WebAnswer> {
  try {
    const { method = '', headers } = request
    const wrong = whyNotFromHere(method, headers)
    if (wrong !== undefined)
      throw new Problem(403, `This is not for other machines and sites: ${sentence(wrong)}.`, {
        errors: [wrong],
      })
    await findRoute(request).work(stack, request)
    const type = 'application/json; charset=utf-8'
    return { status: 200, headers: { 'content-type': type }, body: controlOf(stack) }
  } catch (error) {
    const { status, headers, body } = asProblem(error)
    return { status, headers: { ...headers, 'content-type': 'application/problem+json' }, body }
  }
}

const sentence = ({ field, detail }: { field: string; detail: string }) => `${field} ${detail}`

/** @throws {Problem} 404, 405 */
function findRoute({ method = '', url = '' }: IncomingMessage) {
  const path = url.split('?')[0]!.slice(0, 200)
  const route = routes[path]
  if (route === undefined)
    throw new Problem(404, `Nothing is at ${path}, only at ${Object.keys(routes).join(', ')}.`)
  if (route.methods.includes(method)) return route
  const allow = route.methods.join(', ')
  throw new Problem(405, `${method} is not possible here; possible: ${allow}.`, {
    headers: { allow },
  })
}

function controlOf({ scale, limits, processes }: Controlled): Control {
  const instances = processes.flatMap(({ name, state, pid }) => {
    const role = roles.find((each) => name.startsWith(`${each}-`))
    return role === undefined ? [] : [{ name, role, state, pid: pid ?? null }]
  })
  return { scale, limits, instances }
}

const MAX_BODY = 4096

/** @throws {Problem} 400, 413, 415 */
async function readBody(
  request: IncomingMessage,
  check: ReturnType<typeof checker>,
): Promise<Record<string, unknown>> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new Problem(415, 'The body must be application/json.', {
      errors: [{ field: 'Content-Type', detail: 'must be application/json' }],
    })
  const chunks: Buffer[] = []
  let size = 0
  // Read to its end, or the answer would not arrive; the proxy lets no more than 16 KiB pass.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY) chunks.push(chunk)
  }
  if (size > MAX_BODY)
    throw new Problem(413, 'The body may be 4 KiB.', {
      title: 'Content Too Large', // as RFC 9110 has it
      errors: [{ field: 'body', detail: 'may be 4 KiB' }],
    })
  const checked = check(parse(Buffer.concat(chunks).toString()))
  if (checked.ok) return checked.value
  throw invalid(checked.errors)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid([{ field: 'body', detail: `is not JSON: ${(error as Error).message}` }])
  }
}

const check = (schema: TObject) => checker(schema, 'body')
const checkScale = check(scaleRequest(MIN_INSTANCES, MAX_INSTANCES))
const checkKill = check(KillRequest)

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { message } = error as Error
  if (error instanceof UsageError) return new Problem(409, message)
  return new Problem(500, `The launcher failed: ${message}`)
}
