/** A place in a result that is not there, or not the same, after JSON. */
export interface Loss {
  /** Such as `result.rows[3].when`. */
  path: string
  /** Completes "result.when …": `is a Date`. */
  what: string
  /** What the client gets instead; undefined where JSON refuses the whole result. */
  becomes: string | undefined
  /** Only the sign of a zero. */
  slight?: true
}

/** More say nothing new. */
const mostLosses = 5

/**
 * What JSON (RFC 8259, as `JSON.stringify` writes it) loses of a value: at most five places, the first in
 * the order in which they stand.
 */
export function jsonLosses(value: unknown): Loss[] {
  const losses: Loss[] = []
  const above = new Set<object>()
  // A list of its own, as a value may be nested deeper than the stack goes.
  const open: ({ path: string; value: unknown; inList?: boolean } | { leave: object })[] = [
    { path: 'result', value },
  ]
  for (let next = open.pop(); next && losses.length < mostLosses; next = open.pop()) {
    if ('leave' in next) {
      above.delete(next.leave)
      continue
    }
    const { path, value, inList = false } = next
    const loss = lossOf(value, inList, path === 'result')
    if (loss !== undefined) losses.push({ path, ...loss })
    if (loss !== undefined || typeof value !== 'object' || value === null) continue
    if (above.has(value)) {
      losses.push({ path, what: 'contains itself', becomes: undefined })
      continue
    }
    above.add(value)
    open.push({ leave: value })
    const inner = Array.isArray(value)
      ? Array.from(value, (each, i) => ({ path: `${path}[${i}]`, value: each, inList: true }))
      : Object.entries(value).map(([key, each]) => ({ path: `${path}${step(key)}`, value: each }))
    for (const symbol of Object.getOwnPropertySymbols(value))
      losses.push({ path, what: `has the key ${String(symbol)}`, becomes: 'nothing' })
    for (const each of inner.reverse()) open.push(each)
  }
  return losses.slice(0, mostLosses)
}

function lossOf(value: unknown, inList: boolean, isRoot: boolean): Omit<Loss, 'path'> | undefined {
  const nothing = inList || isRoot ? 'null' : 'nothing'
  if (value === undefined) return { what: 'is undefined', becomes: nothing }
  if (typeof value === 'function' || typeof value === 'symbol')
    return { what: `is a ${typeof value}`, becomes: nothing }
  if (typeof value === 'bigint') return { what: 'is a BigInt', becomes: undefined }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { what: `is ${value}`, becomes: 'null' }
    if (Object.is(value, -0)) return { what: 'is -0', becomes: '0', slight: true }
  }
  if (typeof value !== 'object' || value === null) return undefined
  return lossOfObject(value)
}

const emptied = new Set(
  'Map Set WeakMap WeakSet ArrayBuffer SharedArrayBuffer RegExp Promise'.split(' '),
)

function lossOfObject(value: object): Omit<Loss, 'path'> | undefined {
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  const name = value.constructor?.name || kind
  const article = /^[AEIOU]/.test(name) ? 'an' : 'a'
  if (Buffer.isBuffer(value)) return { what: 'is a Buffer', becomes: 'a list of its bytes' }
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return { what: `is ${article} ${name}`, becomes: 'what its toJSON() says' }
  if (ArrayBuffer.isView(value))
    return { what: `is ${article} ${name}`, becomes: 'an object with a key for each number' }
  if (emptied.has(kind) || kind === 'Error' || value instanceof Error)
    return { what: `is ${article} ${name}`, becomes: '{}' }
  if (['Number', 'String', 'Boolean'].includes(kind))
    return { what: `is a ${kind} object`, becomes: 'a plain value' }
  return undefined
}

const step = (key: string) =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`

/** The first place at which two values from JSON differ, and both values there; undefined where none does. */
export function firstDifference(
  a: unknown,
  b: unknown,
  path = 'result',
): { path: string; a: unknown; b: unknown } | undefined {
  if (Object.is(a, b)) return undefined
  const bothObjects = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null
  if (!bothObjects || Array.isArray(a) !== Array.isArray(b)) return { path, a, b }
  const [inA, inB] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const key of new Set([...Object.keys(inA), ...Object.keys(inB)])) {
    const at = Array.isArray(a) ? `${path}[${key}]` : `${path}${step(key)}`
    const found = firstDifference(inA[key], inB[key], at)
    if (found !== undefined) return found
  }
  return undefined
}
