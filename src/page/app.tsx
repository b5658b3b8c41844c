import { Bystander } from './bystander/panel.tsx'
import { Scale } from './scale/panel.tsx'
import { Topology } from './topology/panel.tsx'
import { Walk } from './walk/panel.tsx'
import { Work } from './work/panel.tsx'

/** The whole page: what there is, what others feel, what one can do, and what to try first. */
export function App() {
  return (
    <div class="layout">
      <div class="seen">
        <Topology />
        <Bystander />
      </div>
      <div class="done">
        <Walk />
        <Scale />
      </div>
      <Work />
    </div>
  )
}
