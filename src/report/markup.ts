/** Text that is HTML or SVG already: everything in it is escaped. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

type Part = string | number | Markup | readonly Part[] | null | undefined | false

/**
 * A template for HTML and SVG: whatever is put in is escaped, unless it is markup itself. Lists are
 * joined, null, undefined and false are left out, and numbers have at most two decimals: the same input
 * makes the same bytes, on whatever machine.
 */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...parts.map(textOf)))
}

/** Text of our own, such as a style sheet, that must not be escaped. */
export const asMarkup = (text: string) => new Markup(text)

function textOf(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'number') return short(part)
  if (typeof part === 'string') return escapeText(part)
  return part instanceof Markup ? part.text : part.map(textOf).join('')
}

/** Two decimals at most, and no negative zero. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100 + 0)
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and for attributes within quotes. What XML has no place for becomes a replacement character. */
export function escapeText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"']/g, (sign) => entities[sign]!)
  )
}
