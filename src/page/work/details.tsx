import { useEffect, useRef, useState } from 'preact/hooks'
import { curlLine } from './curl.ts'
import type { Entry } from './entries.ts'

const shownMs = 2000

/** The request as a line to copy, and where its job is. */
export function Details({ entry }: { entry: Entry }) {
  const line = curlLine(entry.request, location.origin)
  const path = entry.jobId && `/api/jobs/${encodeURIComponent(entry.jobId)}`
  return (
    <div class="request">
      <div class="line">
        <code data-cell="curl">{line}</code>
        <Copy text={line} />
      </div>
      {path && (
        <p class="hint">
          Its job: <a href={path}>{path}</a>
        </p>
      )}
    </div>
  )
}

/** Copies a text; where the browser does not let it, it says so. */
function Copy({ text }: { text: string }) {
  const [said, say] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    clearTimeout(timer.current)
    // Only a page that came over https or from this machine has a clipboard.
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )
    say(isCopied ? 'Copied' : 'Select it by hand: the browser refuses')
    timer.current = setTimeout(() => say(''), shownMs)
  }
  return (
    <>
      <button class="small" type="button" onClick={copy}>
        Copy
      </button>
      <span class="hint" role="status">
        {said}
      </span>
    </>
  )
}
