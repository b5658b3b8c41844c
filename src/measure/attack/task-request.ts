import type { ExecutorName } from '../scenario/schema.ts'
import type { Outgoing } from './client.ts'

/**
 * The request for a task under an executor, as the contract has it. Plain parameters stand in a URL, so that
 * logs show them, and a service that knows no bodies is asked too; others in a body.
 *
 * @param task '' leaves it to the service, and then there are no parameters
 */
export function taskRequest(
  executor: ExecutorName,
  task: string,
  params: Readonly<Record<string, unknown>>,
): Outgoing {
  const path = executor === 'queue' ? '/api/non-blocking' : '/api/blocking'
  const fields = {
    ...(executor === 'queue' ? {} : { executor }),
    ...(task === '' ? {} : { task }),
  }
  if (Object.values(params).every(isPlain)) {
    const query = new URLSearchParams(fields)
    for (const [name, value] of Object.entries(params)) query.set(name, String(value))
    const text = query.toString()
    return { method: 'GET', path: text === '' ? path : `${path}?${text}` }
  }
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...fields, params }),
  }
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
