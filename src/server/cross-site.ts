import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../api/problem.ts'

/**
 * Refuses, as the first thing that is done with it, a request that starts or ends work and that a page
 * of another site made a browser send: a link or an image there is enough for a GET. Browsers say so
 * themselves (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/), and no script can change it. What
 * comes from here, from the address bar, or from a program that is no browser, goes on.
 *
 * @throws {Problem} 403
 */
export function refuseCrossSite(
  { headers }: FastifyRequest,
  _reply: FastifyReply,
  next: (error?: Problem) => void,
): void {
  if (headers['sec-fetch-site'] === 'cross-site') next(refused())
  else next()
}

const refused = () =>
  new Problem(
    403,
    'Another site made your browser ask for this; work is started and ended from here only: use the page at /, or enter the address yourself.',
    { errors: [{ field: 'Sec-Fetch-Site', detail: 'must not be "cross-site"' }] },
  )
