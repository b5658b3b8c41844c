import { type Markup, markup } from './markup.ts'

export type Item = [name: string, text: string | Markup]

/** Names and what they stand for. */
export function list(items: readonly Item[]): Markup {
  return markup`<dl>
${items.map(([name, text]) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`)}</dl>
`
}
