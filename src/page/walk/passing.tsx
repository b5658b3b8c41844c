import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { useHeir } from '../heir.ts'

interface PassingProps {
  /** What has the focus next. */
  heir: () => HTMLElement | null
  children: ComponentChildren
}

/** What is there for a while, and hands its focus on when it goes. */
export function Passing({ heir, children }: PassingProps) {
  const all = useRef<HTMLDivElement>(null)
  useHeir(all, heir)
  return (
    <div ref={all} class="passing">
      {children}
    </div>
  )
}
