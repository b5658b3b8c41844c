/**
 * Headers that tell a browser what an answer may do. Made once and added as they are: a plugin such as
 * @fastify/helmet puts a dozen of them together for every answer, most of which are JSON.
 */

/** Whatever is answered is what its Content-Type says, and nothing else. */
export const noSniffing = { 'x-content-type-options': 'nosniff' } as const

/** What a page may load and do: it starts with nothing, and names what is needed. */
export function contentSecurityPolicy(allowed: Record<string, string>): string {
  const directives = {
    'default-src': "'none'",
    ...allowed,
    'frame-ancestors': "'none'", // clickjacking: nobody shows it inside a page of their own
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')
}

/** The headers of everything that a browser shows, with its policy. */
export function pageHeaders(policy: string): Record<string, string> {
  return {
    ...noSniffing,
    'content-security-policy': policy,
    'x-frame-options': 'DENY', // for browsers older than frame-ancestors
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  }
}

/** For text that a browser may show but that loads nothing, such as a problem. */
export const textHeaders = pageHeaders(
  contentSecurityPolicy({ 'base-uri': "'none'", 'form-action': "'none'" }),
)
