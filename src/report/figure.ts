import { asMarkup, type Markup, markup } from './markup.ts'
import { type Plot, withoutSheet } from './plot/frame.ts'

/** A plot, and one sentence on how to read it. */
export interface Figure {
  plot: Plot
  caption: string
}

/** Side by side where there is room. */
export function figures(shown: readonly Figure[]): Markup {
  return markup`<div class="plots">
${shown.map(figure)}</div>
`
}

function figure({ plot, caption }: Figure): Markup {
  const label = /<title>(.*?)<\/title>/.exec(plot.svg)?.[1] ?? plot.name
  return markup`<figure>
<div class="scroll" role="group" tabindex="0" aria-label="Plot: ${asMarkup(label)}">${asMarkup(withoutSheet(plot))}</div>
<figcaption>${caption}</figcaption>
</figure>
`
}
