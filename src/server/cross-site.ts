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
  if (comesFromElsewhere(headers)) next(refused())
  else next()
}

/**
 * Browsers say `Sec-Fetch-Site` to https and to this machine only. Elsewhere, the page that they come from
 * is looked at, where they name one; but not the port, which a proxy may have changed.
 */
function comesFromElsewhere(headers: FastifyRequest['headers']): boolean {
  const { 'sec-fetch-site': site, origin, referer, host = '' } = headers
  if (site !== undefined) return site === 'cross-site'
  const from = origin ?? referer
  return from !== undefined && URL.parse(from)?.hostname !== URL.parse(`http://${host}`)?.hostname
}

const refused = () =>
  new Problem(
    403,
    'Another site made your browser ask for this; work is started and ended from here only: use the page at /, or enter the address yourself.',
    {
      errors: [
        {
          field: 'Sec-Fetch-Site',
          detail: 'must not be "cross-site", nor Origin or Referer another site',
        },
      ],
    },
  )
