import type { TaskRequest } from '../api.ts'

/** The request as a line for a shell: what the page sends, word for word. */
export function curlLine({ path, body }: TaskRequest, origin: string): string {
  const parts = ['curl', `${origin}${path}`, '-H', 'content-type: application/json']
  return [...parts, '-d', JSON.stringify(body)].map(quoted).join(' ')
}

/** Between single quotes a shell takes everything as it is, except a single quote. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
