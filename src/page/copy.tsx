import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

const saidMs = 4000

interface CopyProps {
  text: string
  /** What it is, for those who do not see it beside the button. */
  label: string
  /** The element that shows it. */
  shownIn: RefObject<HTMLElement | null>
}

/** A button that copies a text; where the browser does not let it, the text is selected instead. */
export function Copy({ text, label, shownIn }: CopyProps) {
  const [said, say] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    say('')
    return () => clearTimeout(timer.current)
  }, [text])

  const copy = async () => {
    clearTimeout(timer.current)
    try {
      await navigator.clipboard.writeText(text)
      say('Copied.')
    } catch {
      // Only a page that came over https or from this machine has a clipboard.
      if (shownIn.current !== null) getSelection()?.selectAllChildren(shownIn.current)
      say('Selected: copy it with the keyboard.')
    }
    timer.current = setTimeout(() => say(''), saidMs)
  }

  return (
    <>
      <button type="button" class="small" aria-label={`Copy: ${label}`} onClick={copy}>
        Copy
      </button>
      <span class="hint" role="status">
        {said}
      </span>
    </>
  )
}
