/** Of each instance a colour, the same for as long as it has its name. */
export function colourOf(instance: string | undefined): string {
  if (instance === undefined) return 'var(--wrong)'
  const number = Number(/\d+$/.exec(instance)?.[0] ?? 1)
  return `var(--instance-${((number - 1) % 8) + 1})`
}

/** What a colour is now, in the theme that is on. */
export function resolved(colour: string, element: Element): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1]
  return name === undefined ? colour : getComputedStyle(element).getPropertyValue(name).trim()
}
