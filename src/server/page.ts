import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Catalogue } from '../tasks/catalogue.ts'
import { escapeHtml, taskFields, taskLinks, taskOptions } from './page-form.ts'
import { addPath, type Endpoint } from './route.ts'
import { contentSecurityPolicy, pageHeaders } from './security-headers.ts'

/**
 * The page at `/` and its files, answered out of memory: the page is made when the server starts, the files
 * when they are first asked for, since stripping types takes a tenth of a second of a start.
 */
export function registerPage(
  app: FastifyInstance,
  options: { catalogue: Catalogue; instance: string },
): void {
  const pages = makePages(options)
  const first = pages.get(options.catalogue.default.name)!
  addPath(app, '/', {
    GET: endpoint(({ query }) => pages.get(String((query as { task?: unknown }).task)) ?? first),
  })
  for (const [name, make] of assets) {
    let file: InMemory | undefined
    const get = () => {
      file ??= make()
      return file
    }
    addPath(app, `/assets/${name}`, { GET: endpoint(get) })
  }
}

/** A page for each task that may be chosen, which matters where there is no script to choose it. */
function makePages({ catalogue, instance }: { catalogue: Catalogue; instance: string }) {
  const html = source('index.html')
  const tasks = catalogue.list()
  return new Map(
    tasks.map((chosen) => {
      const parts: Record<string, string> = {
        instance: escapeHtml(instance),
        options: taskOptions(tasks, chosen),
        links: taskLinks(tasks),
        tasks: taskFields(tasks, chosen),
      }
      const text = html.replace(/\{\{(\w+)\}\}/g, (_, part: string) => parts[part] ?? '')
      return [chosen.name, inMemory(text, 'text/html; charset=utf-8')]
    }),
  )
}

const script = (name: string) => (): InMemory =>
  inMemory(toJavaScript(source(`${name}.ts`)), 'text/javascript; charset=utf-8')

const assets = new Map<string, () => InMemory>([
  ['style.css', () => inMemory(source('style.css'), 'text/css; charset=utf-8')],
  ['icon.svg', () => inMemory(source('icon.svg'), 'image/svg+xml')],
  ['main.js', script('main')],
  ['api.js', script('api')],
  ['results.js', script('results')],
])

/** What a browser runs: without types, and its imports point to JavaScript. */
function toJavaScript(typeScript: string): string {
  const { emitWarning } = process
  // Node would print that this function is experimental. It is what runs all our source, too.
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(typeScript).replace(/(from '\.\/\w+)\.ts'/g, "$1.js'")
  } finally {
    process.emitWarning = emitWarning
  }
}

function source(file: string): string {
  return readFileSync(new URL(`../page/${file}`, import.meta.url), 'utf8')
}

interface InMemory {
  body: string
  headers: Record<string, string>
}

const headersOfAll = pageHeaders(
  contentSecurityPolicy({
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
  }),
)

function inMemory(body: string, type: string): InMemory {
  return {
    body,
    headers: {
      ...headersOfAll,
      'content-type': type,
      'cache-control': 'no-cache',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    },
  }
}

function endpoint(choose: (request: FastifyRequest) => InMemory): Endpoint {
  return {
    schema: { hide: true },
    handler(request: FastifyRequest, reply: FastifyReply) {
      const { body, headers } = choose(request)
      reply.headers(headers)
      if (isKnown(request.headers['if-none-match'], headers.etag!)) return reply.code(304).send()
      return reply.send(body)
    },
  }
}

/** Whether the client has this version already: RFC 9110, section 13.1.2. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const known = ifNoneMatch.split(',').map((each) => each.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
}
