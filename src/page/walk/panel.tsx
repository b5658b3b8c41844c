export function Walk() {
  return <section class="panel walk" aria-label="walk" />
}
