export function Bystander() {
  return <section class="panel bystander" aria-label="bystander" />
}
