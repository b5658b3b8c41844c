/**
 * Cuts a stream of chunks at line ends, a chunk at a time: what it gives is whole lines, so that
 * those of one process are never split by another's.
 */
export class WholeLines {
  #rest = ''

  /** The whole lines that are there now, each with its line end; perhaps none. */
  push(chunk: string): string {
    const end = chunk.lastIndexOf('\n') + 1
    if (end === 0) {
      this.#rest += chunk
      return this.#rest.length > MAX_LINE ? this.end() : ''
    }
    const lines = this.#rest + chunk.slice(0, end)
    this.#rest = chunk.slice(end)
    return lines
  }

  /** What is left when the stream has ended, or is too long for a line. */
  end(): string {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? '' : `${rest}\n`
  }
}

/** Characters; a process that never ends its line must not fill the memory. */
const MAX_LINE = 256 * 1024

/** Puts `prefix` before each of `lines`, which end with a line end. */
export function prefixLines(prefix: string, lines: string): string {
  return prefix + lines.slice(0, -1).replaceAll('\n', `\n${prefix}`) + lines.slice(-1)
}
