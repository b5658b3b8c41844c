import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/**
 * Hands the focus on when the element that has it goes, or one around it: a browser would begin at the top
 * of the page again. The component that calls this is to go together with the element.
 *
 * @param heir what is to have the focus then, of what stays
 */
export function useHeir(
  leaving: RefObject<HTMLElement | null>,
  heir: () => HTMLElement | null | undefined,
): void {
  // Not `useEffect`, which tidies up when the element has gone.
  useLayoutEffect(
    () => () => {
      if (leaving.current?.contains(document.activeElement)) heir()?.focus()
    },
    [],
  )
}
