import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../api/problem.ts'
import { contentSecurityPolicy, pageHeaders } from '../security-headers.ts'
import { chooseEncoding, type Encoding } from './encoding.ts'
import { escapeHtml } from './escape-html.ts'
import { type PageFile, pageFile, readAssets, readTemplate } from './page-files.ts'
import { addPath, type Endpoint } from './route.ts'

interface PageOptions {
  instance: string
  /** What the page can scale the stack with; without one it shows commands. */
  control: 'local' | 'none'
}

/** The page at `/` and its files, answered out of memory. */
export function registerPage(app: FastifyInstance, options: PageOptions): void {
  const page = makePage(options)
  addPath(app, '/', { GET: endpoint(() => page, 'no-cache') })
  const assets = readAssets()
  // A name says what is in the file, which never changes.
  addPath(app, '/assets/:name', {
    GET: endpoint(({ params }) => {
      const { name } = params as { name: string }
      const file = assets.get(name)
      if (file === undefined) throw new Problem(404, `Nothing is at /assets/${name.slice(0, 100)}.`)
      return file
    }, 'public, max-age=31536000, immutable'),
  })
}

/** As it comes from this server. */
function makePage({ instance, control }: PageOptions): PageFile {
  const template = readTemplate() ?? notBuilt
  const parts: Record<string, string> = { instance: escapeHtml(instance), control }
  const html = template.replace(/\{\{(\w+)\}\}/g, (_, part: string) => parts[part] ?? '')
  return pageFile(inAscii(html), 'text/html; charset=utf-8')
}

/**
 * With one byte for each character, as Node writes it out at once: of what had two, it made another copy for every
 * request.
 */
function inAscii(html: string): string {
  const ascii = html.replace(/\P{ASCII}/gu, (character) => `&#${character.codePointAt(0)};`)
  // What was cut out of a string with two bytes each has two as well, until it is read anew.
  return Buffer.from(ascii).toString('latin1')
}

const notBuilt = `<!doctype html><html lang="en"><title>Unblock</title>
<p>The page was not built; everything else of {{instance}} is here: <a href="/docs">the API</a>.
Build it with <code>npm run build</code>, then start the server again.</p></html>
`

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

function endpoint(choose: (request: FastifyRequest) => PageFile, cacheControl: string): Endpoint {
  const known = new WeakMap<PageFile, Map<Encoding, Representation>>()

  /** Made once: a page has a dozen headers. */
  function represent(file: PageFile, encoding: Encoding): Representation {
    const made = known.get(file) ?? new Map<Encoding, Representation>()
    known.set(file, made)
    const found = made.get(encoding) ?? representation(file, encoding, cacheControl)
    made.set(encoding, found)
    return found
  }

  return {
    schema: { hide: true },
    handler(request: FastifyRequest, reply: FastifyReply) {
      const file = choose(request)
      const wanted = chooseEncoding(request.headers['accept-encoding'])
      const encoding: Encoding = file.content[wanted] === undefined ? 'identity' : wanted
      const { etag, headers, payload } = represent(file, encoding)
      reply.headers(headers)
      if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send()
      if (encoding !== 'identity') reply.header('content-encoding', encoding)
      return reply.send(payload)
    },
  }
}

/** A file in one encoding, as it is sent. */
interface Representation {
  etag: string
  headers: Record<string, string>
  payload: string | Buffer | undefined
}

function representation(
  { type, etag, content, text }: PageFile,
  encoding: Encoding,
  cacheControl: string,
): Representation {
  // The same file in another encoding is another representation: RFC 9110, section 8.8.3.
  const tag = encoding === 'identity' ? etag : `${etag.slice(0, -1)}-${encoding}"`
  const headers = {
    ...headersOfAll,
    'content-type': type,
    'cache-control': cacheControl,
    vary: 'Accept-Encoding',
    etag: tag,
  }
  const payload = encoding === 'identity' && text !== undefined ? text : content[encoding]
  return { etag: tag, headers, payload }
}

/** Whether the client has this version already: RFC 9110, section 13.1.2. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const known = ifNoneMatch.split(',').map((each) => each.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
}
