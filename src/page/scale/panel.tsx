export function Scale() {
  return <section class="panel scale" aria-label="scale" />
}
