export function Topology() {
  return <section class="panel topology" aria-label="topology" />
}
