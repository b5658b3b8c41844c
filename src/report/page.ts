import { type Markup, markup } from './markup.ts'
import { sheet } from './plot/sheet.ts'
import { styleSheet } from './style-sheet.ts'

export interface Page {
  /** Of the window; the name of the program follows. */
  title: string
  /** Of Unblock, that made it. */
  version: string
  /** What stands in `main`. */
  body: Markup
  footer: string
}

/** One HTML file that needs no other, no script and no network, and forbids them all. */
export function page({ title, version, body, footer }: Page): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Unblock ${version}">
<title>${title} · Unblock</title>
<style>${styleSheet}${sheet}</style>
</head>
<body>
<main>
${body}</main>
<footer><p>${footer}</p></footer>
</body>
</html>
`.text
}

/** What came out, in words: the first sentence is the most important, and the largest. */
export function verdictSection(first: string, others: readonly string[]): Markup {
  return markup`<section class="verdict" aria-label="Verdict">
<p class="first">${first}</p>
${others.map((sentence) => markup`<p>${sentence}</p>\n`)}</section>
`
}
