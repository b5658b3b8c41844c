import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { UsageError } from '../usage-error.ts'
import { parseChosen } from './chosen.ts'
import { listProcesses } from './list-processes.ts'
import type { RunDir } from './run-dir.ts'
import { findControl } from './run-state.ts'
import { parseScale, type Scale } from './scale-options.ts'
import type { Stack } from './stack.ts'
import { askJson, askLines } from './unix-http.ts'

const MAX_BODY = 4096

/**
 * How other commands talk to the launcher: HTTP and JSON on a socket in the run folder, which only
 * its owner may enter. `routes` is all that it can be asked, and `longRoutes`, which tell each step.
 */
export async function listenForControl(stack: Stack, runDir: RunDir): Promise<void> {
  const routes: Record<string, (body: unknown) => Promise<unknown>> = {
    'GET /processes': () => listProcesses(stack, runDir),
    'POST /scale': (body) => stack.changeScale(readScale(body)),
  }
  const longRoutes: Record<string, (body: unknown) => Work> = {
    'POST /restart': (body) => {
      const chosen = readChosen(body)
      return (tell) => stack.restart(chosen, tell)
    },
  }
  const server = createServer(async (request, response) => {
    const name = `${request.method} ${request.url}`
    const [route, longRoute] = [routes[name], longRoutes[name]]
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    try {
      const body = await readBody(request)
      if (longRoute !== undefined) await tellLines(response, longRoute(body))
      else if (route !== undefined) answer(200, await route(body))
      else answer(404, { error: 'the launcher cannot do that' })
    } catch (error) {
      answer(error instanceof UsageError ? 409 : 500, { error: (error as Error).message })
    }
  })
  await once(server.listen(runDir.socket('control')), 'listening')
}

/** Asks the launcher of the stack that runs in `workDir`. @throws {UsageError} */
export async function askLauncher(
  workDir: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const socket = findControl(workDir)
  const answer = await askJson(socket, { method, path, body }).catch((error) => {
    throw new UsageError(`the launcher does not answer: ${error.message}`)
  })
  if (answer.status === 200) return answer.body
  throw new UsageError((answer.body as { error: string }).error)
}

/** Something that takes its time, and tells each step in a line for people. */
type Work = (tell: (line: string) => void) => Promise<void>

/** One line of a long answer: a step that was taken, or how it ended. */
type Told = { did: string } | { error: string } | { done: true }

/** Answers line by line, each when it is told. What is done is done to its end, listened to or not. */
async function tellLines(response: ServerResponse, work: Work): Promise<void> {
  const write = (told: Told) => response.write(`${JSON.stringify(told)}\n`)
  response.on('error', () => {}) // whoever asked has left
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  try {
    await work((did) => write({ did }))
    write({ done: true })
  } catch (error) {
    write({ error: (error as Error).message })
  }
  response.end()
}

/**
 * Asks the launcher of the stack that runs in `workDir` for something that takes its time, and shows
 * each step when it is done. Resolves when all is. @throws {UsageError}
 */
export async function followLauncher(
  workDir: string,
  path: string,
  body: unknown,
  show: (line: string) => void,
): Promise<void> {
  const socket = findControl(workDir)
  try {
    for await (const line of askLines(socket, { method: 'POST', path, body })) {
      const told = line as Told
      if ('did' in told) show(told.did)
      else if ('error' in told) throw new UsageError(told.error)
      else return
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`the launcher does not answer: ${(error as Error).message}`)
  }
  throw new UsageError('the launcher ended before it was done')
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_BODY) throw new UsageError('too long')
  }
  return text === '' ? undefined : JSON.parse(text)
}

/** The body of a scale request is checked as the command line is. */
function readScale(body: unknown): Partial<Scale> {
  if (typeof body !== 'object' || body === null) throw new UsageError('not a scale')
  return Object.entries(body).reduce<Partial<Scale>>(
    (scale, [role, number]) => parseScale(`${role}=${number}`, scale),
    {},
  )
}

/** The body of a restart request too. */
function readChosen(body: unknown): string[] {
  if (!Array.isArray(body)) throw new UsageError('not a list of instances')
  return body.reduce<string[]>((chosen, word) => parseChosen(String(word), chosen), [])
}
