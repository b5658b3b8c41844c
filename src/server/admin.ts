import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'
import { Problem } from '../api/problem.ts'
import { type Board, createBoard } from '../queue/board.ts'
import { contentSecurityPolicy, pageHeaders } from '../security-headers.ts'
import { escapeHtml } from './escape-html.ts'
import type { Service } from './service.ts'

/** The dashboard of the queue, for those who know the token; it changes nothing. */
export function admin({ config, producer }: Service): FastifyPluginAsync<{ prefix: string }> {
  return async (app, { prefix }) => {
    const board = createBoard(producer)
    const knows = tokenCheck(config.adminToken)

    app.addHook('onRequest', (request, reply, next) => {
      reply.headers(headers)
      next(knows(request.headers.authorization) ? undefined : unauthorized())
    })
    const page = makePage(board, `${prefix}/`)
    for (const url of board.pages)
      app.get(url, hidden, (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
    for (const { url, answer } of board.questions)
      app.get(url, hidden, async ({ params, query }, reply) => {
        const { status, body } = await answer({ params, query: bounded(query) })
        return reply.code(status).send(body)
      })
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: '/*',
      ...hidden,
      // Before the body is read: whatever it is, nothing is changed here.
      onRequest() {
        throw new Problem(405, 'The dashboard is for looking only; possible: GET, HEAD.', {
          headers: { allow: 'GET, HEAD' },
        })
      },
      handler: () => undefined,
    })
    await app.register(staticFiles, {
      root: join(board.folder, 'static'),
      prefix: '/static',
      decorateReply: false,
      schemaHide: true,
      cacheControl: false,
      // It stays with whoever knows the token, and is asked for again, with its tag.
      setHeaders: (reply) => void reply.header('cache-control', 'private, no-cache'),
    })
  }
}

const hidden = { schema: { hide: true } }

/**
 * Whether an Authorization header bears the token: as a bearer (RFC 6750), or as the password of any
 * user (RFC 7617), which is what a browser asks for. How long it takes tells nothing of the token:
 * digests of the same length are compared, all of them to the end.
 */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token)
  return (authorization = '') => timingSafeEqual(digest(tokenIn(authorization)), expected)
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function tokenIn(authorization: string): string {
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return credentials
  const userAndPassword = Buffer.from(credentials, 'base64').toString()
  const colon = userAndPassword.indexOf(':')
  return colon < 0 ? '' : userAndPassword.slice(colon + 1)
}

function unauthorized(): Problem {
  return new Problem(
    401,
    'The dashboard asks for ADMIN_TOKEN: as a bearer token, or as the password of any user.',
    { headers: { 'www-authenticate': 'Basic realm="Unblock", charset="UTF-8"' } },
  )
}

/** The one style element that Bull Board makes: the colours of a drawing. Of 9.10; a test looks for it. */
const styleOfIts = "'sha256-r2N1TB/gHbBtBZFKg7ejmq1acVSREzucTAEw6ga4hoU='"

const headers = pageHeaders(
  contentSecurityPolicy({
    'script-src': "'self'",
    'style-src': `'self' ${styleOfIts}`,
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'base-uri': "'self'",
    'form-action': "'none'",
  }),
)

/**
 * Bull Board's page with its own scripts and styles. Not as it comes (index.ejs): that has styles inside
 * it and asks another site for fonts, neither of which the policy allows.
 */
function makePage({ folder, config }: Board, base: string): string {
  const template = readFileSync(join(folder, 'index.ejs'), 'utf8')
  const styles = template.match(/<link href="static\/[^>]*>/g) ?? []
  const scripts = template.match(/<script defer src="static\/[^>]*><\/script>/g) ?? []
  if (styles.length === 0 || scripts.length === 0)
    throw new Error(`the page of this version of Bull Board is not understood: ${folder}`)
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <base href="${base}">
    <title>${escapeHtml(config.boardTitle ?? '')}</title>
    <link rel="icon" type="image/svg+xml" id="fav-logo" href="static/images/logo.svg">
    ${styles.join('')}
  </head>
  <body class="preload">
    <script id="__UI_CONFIG__" type="application/json">${JSON.stringify(config).replaceAll('<', '\\u003c')}</script>
    <div id="root"></div>
    ${scripts.join('')}
  </body>
</html>
`
}

/** Bull Board reads as many jobs as it is asked for. */
function bounded(query: unknown): Record<string, unknown> {
  const asked = query as Record<string, unknown>
  const within = (value: unknown, most: number) =>
    String(Math.min(most, Math.max(1, Math.trunc(Number(value)) || 1)))
  return {
    ...asked,
    ...('page' in asked ? { page: within(asked.page, 1_000_000) } : {}),
    ...('jobsPerPage' in asked ? { jobsPerPage: within(asked.jobsPerPage, 100) } : {}),
  }
}
