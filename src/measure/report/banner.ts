import { type Markup, markup } from '../../report/markup.ts'
import type { Summary } from '../summary/schema.ts'

/**
 * What a reader has to know before any figure: which must not be used, and why. Null where all may. That a run
 * is partial, its verdict says.
 */
export function banner({ conditions }: Pick<Summary, 'conditions'>): Markup | null {
  const void_ = conditions.filter((condition) => condition.void !== null)
  if (void_.length === 0) return null
  return markup`<div class="banner"><p><strong>Void: these figures must not be used.</strong></p>
<ul>${void_.map(({ label, void: why }) => markup`<li>${label}: ${why}</li>`)}</ul></div>
`
}
