import type { Summary } from '../summary/schema.ts'
import { type Markup, markup } from './markup.ts'

/** What a reader has to know before any figure; nothing where all is well. */
export function banners({ state, conditions }: Summary): Markup {
  const void_ = conditions.filter((condition) => condition.void !== null)
  return markup`${
    state === 'partial' &&
    markup`<p class="banner"><strong>Partial.</strong> The run was interrupted; this is what had been measured by then.</p>
`
  }${
    void_.length > 0 &&
    markup`<div class="banner"><p><strong>Void.</strong> ${
      void_.length === conditions.length
        ? 'No figure of this run must be used: the generator could not keep up.'
        : 'The figures of some conditions must not be used: the generator could not keep up.'
    }</p>
<ul>${void_.map(({ label, void: why }) => markup`<li>${label}: ${why}</li>`)}</ul></div>
`
  }`
}
