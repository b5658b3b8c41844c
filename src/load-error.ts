/**
 * What a file that does not load has thrown, in one line: the message, and behind it the place in the
 * source where Node names one, as it does for a mistake of syntax.
 */
export function firstLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error).split('\n', 1)[0]!
  const message = error.message.trim().split('\n', 1)[0] || error.name
  const place = /^(?:file:\/\/)?\/.*?([^/]+:\d+)$/.exec(error.stack?.split('\n', 1)[0] ?? '')?.[1]
  return place === undefined ? message : `${message} (${place})`
}
