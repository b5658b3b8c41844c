import { Fragment } from 'preact'
import { useRef } from 'preact/hooks'
import { Copy } from '../copy.tsx'

/** A line to type in a terminal, and a button that copies it. */
export function Command({ line, label }: { line: string; label: string }) {
  const code = useRef<HTMLElement>(null)
  return (
    <div class="command">
      <pre>
        <code ref={code}>{words(line)}</code>
      </pre>
      <Copy text={line} label={label} shownIn={code} />
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
