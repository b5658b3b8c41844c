import { useRef } from 'preact/hooks'
import { Copy } from '../copy.tsx'
import { useHeir } from '../heir.ts'
import { curlLine } from './curl.ts'
import type { Entry } from './entries.ts'

/** The request as a line to copy, and where its job is. */
export function Details({ entry, heir }: { entry: Entry; heir: () => HTMLElement | null }) {
  const box = useRef<HTMLDivElement>(null)
  useHeir(box, heir)
  const code = useRef<HTMLElement>(null)
  const line = curlLine(entry.request, location.origin)
  const path = entry.jobId && `/api/jobs/${encodeURIComponent(entry.jobId)}`
  return (
    <div class="request" ref={box}>
      <div class="line">
        <code ref={code} data-cell="curl">
          {line}
        </code>
        <Copy text={line} label={`the curl line of ${entry.task}`} shownIn={code} />
      </div>
      {path && (
        <p class="hint">
          Its job: <a href={path}>{path}</a>
        </p>
      )}
    </div>
  )
}
