import { computed } from '@preact/signals'
import { isRefused } from './control.ts'

/**
 * Whether this page can ask the launcher: it is `here`; it is `elsewhere`, for this stack is a local run
 * that was opened from another machine; or there is `none`, as in containers.
 */
export const launcher = computed<'here' | 'elsewhere' | 'none'>(() => {
  if (document.documentElement.dataset.control !== 'local') return 'none'
  return isRefused.value ? 'elsewhere' : 'here'
})
