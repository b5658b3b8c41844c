import { asMarkup } from '../markup.ts'
import { colours } from './palette.ts'

/**
 * The style sheet of every plot: within its own file, where a saved plot looks right alone, and once in a
 * page of several. Either follows light, dark and paper.
 */

const plain = {
  paper: { light: '#ffffff', dark: '#171b22' },
  ink: { light: '#1b2230', dark: '#e6eaf1' },
  muted: { light: '#525c6d', dark: '#a2adbd' },
  grid: { light: '#dce0e7', dark: '#2f3743' },
  band: { light: '#f1ece2', dark: '#2c2922' },
  tint: { light: '#cfe3f1', dark: '#1f4258' },
  tint2: { light: '#e6f0f7', dark: '#2a3845' },
  leaf: { light: '#c9e8dd', dark: '#1d4a3d' },
  leaf2: { light: '#e4f4ee', dark: '#293f38' },
}
type Name = keyof typeof plain | keyof typeof colours
const all: Record<Name, { light: string; dark: string }> = { ...plain, ...colours }
const names = Object.keys(all) as Name[]

const variables = (kind: 'light' | 'dark') =>
  names.map((name) => `--${name}:${all[name][kind]}`).join(';')

type Property = 'fill' | 'stroke'

/** Which classes have which colour. */
const coloured: [classes: string, Property, Name][] = [
  ['.paper', 'fill', 'paper'],
  ['text', 'fill', 'muted'],
  ['.title,.label,.legend text,.mark.ink', 'fill', 'ink'],
  ['.grid,.tick', 'stroke', 'grid'],
  ['.base,.diagonal,.edge', 'stroke', 'muted'],
  ['.line.ink,.small.ink,.cross.ink,.ring.ink', 'stroke', 'ink'],
  ['.band', 'fill', 'band'],
  ['.tint', 'fill', 'tint'],
  ['.tint2', 'fill', 'tint2'],
  ['.leaf', 'fill', 'leaf'],
  ['.leaf2', 'fill', 'leaf2'],
  ...(Object.keys(colours) as Name[]).flatMap((name): [string, Property, Name][] => [
    [`.line.${name},.dots.${name},.ring.${name},.cross.${name}`, 'stroke', name],
    [`.mark.${name},.work.${name}`, 'fill', name],
  ]),
]

const within = (classes: string) =>
  classes
    .split(',')
    .map((each) => `svg.plot ${each}`)
    .join(',')

/** The plain colour first, for programs that know no variables: they skip the rule that follows. */
const rules = coloured
  .flatMap(([of, property, name]) =>
    [all[name].light, `var(--${name})`].map((colour) => `${within(of)}{${property}:${colour}}`),
  )
  .join('\n')

export const sheet = asMarkup(`
svg.plot{${variables('light')};font:12px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
@media screen and (prefers-color-scheme:dark){svg.plot{${variables('dark')}}}
@media print{svg.plot{--ink:#000;--muted:#333}}
svg.plot path{fill:none}
${rules}
svg.plot .title{font-size:14px;font-weight:600}
svg.plot .end{text-anchor:end}
svg.plot .middle{text-anchor:middle}
svg.plot .minor{stroke-opacity:.5}
svg.plot .line{stroke-width:2;stroke-linejoin:round}
svg.plot .thin{stroke-width:1.1}
svg.plot .dots{stroke-width:6;stroke-linecap:round}
svg.plot .ring{stroke-width:1.5}
svg.plot .cross{stroke-width:1.8}
svg.plot .small{stroke-width:2.6;stroke-linecap:round}
svg.plot .diagonal{stroke-dasharray:3 4}
svg.plot .edge{stroke-width:.75}
`)
