/** How a file may be sent: as it is, or compressed. */
export type Encoding = 'br' | 'gzip' | 'identity'

/** The smallest first. */
const ours = ['br', 'gzip', 'identity'] as const

/**
 * The encoding for a client that sends this `Accept-Encoding`: of those that it takes, the smallest.
 * Which ones it would rather have is of no account. RFC 9110, section 12.5.3.
 */
export function chooseEncoding(accepted: string | undefined): Encoding {
  const weights = new Map<string, number>()
  for (const each of (accepted ?? '').split(',')) {
    const [name = '', ...params] = each.split(';').map((part) => part.trim().toLowerCase())
    const weight = params.find((param) => param.startsWith('q='))?.slice(2)
    weights.set(name, weight === undefined ? 1 : Number(weight))
  }
  const takes = (name: string) => (weights.get(name) ?? weights.get('*') ?? 0) > 0
  return ours.find(takes) ?? 'identity'
}
