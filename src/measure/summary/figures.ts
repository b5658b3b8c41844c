/** How figures are written for people: rounded to what the eye takes in, with their unit. */

/** Two significant digits below 100, three above: `9.3`, `12`, `612`, `1240`. */
export function rounded(value: number): number {
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value)
  return Number(value.toPrecision(size < 99.5 ? 2 : 3))
}

/** Requests a second: `1.2/s`. */
export function rate(perS: number): string {
  return `${Number(perS.toPrecision(3))}/s`
}

/** `1 server`, `3 servers`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** A sentence of its own: with a capital and a full stop. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
