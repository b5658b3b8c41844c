export function Work() {
  return <section class="panel work" aria-label="work" />
}
