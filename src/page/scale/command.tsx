import { Fragment } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** A line to type in a terminal, and a button that copies it. */
export function Command({ line, label }: { line: string; label: string }) {
  const code = useRef<HTMLElement>(null)
  const [said, setSaid] = useState('')
  useEffect(() => setSaid(''), [line])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line)
      setSaid('Copied.')
    } catch {
      // No clipboard without https, other than on this machine.
      if (code.current !== null) getSelection()?.selectAllChildren(code.current)
      setSaid('Selected: copy it with the keyboard.')
    }
  }

  return (
    <div class="command">
      <pre>
        <code ref={code}>{words(line)}</code>
      </pre>
      <button type="button" class="small" aria-label={`Copy: ${label}`} onClick={copy}>
        Copy
      </button>
      <span class="hint" role="status">
        {said}
      </span>
    </div>
  )
}

/** A line is broken between its words only: a browser would break `--scale` behind its first hyphen. */
const words = (line: string) =>
  line.split(' ').map((word, index) => (
    <Fragment key={index}>
      {index > 0 && ' '}
      <span>{word}</span>
    </Fragment>
  ))
