import { asMarkup } from '../markup.ts'
import { colours } from './palette.ts'

/**
 * The style sheet of every plot, within its own file: a saved plot looks right alone, and within a page
 * it follows light, dark and paper as the page does. A page may set the variables of `svg.plot` anew.
 */

const plain = {
  paper: { light: '#ffffff', dark: '#171b22' },
  ink: { light: '#1b2230', dark: '#e6eaf1' },
  muted: { light: '#525c6d', dark: '#a2adbd' },
  grid: { light: '#dce0e7', dark: '#2f3743' },
  band: { light: '#f1ece2', dark: '#262420' },
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

/** For programs that know no variables the plain colour stands first: they skip what follows. */
const set = (property: string, name: Name) =>
  `${property}:${all[name].light};${property}:var(--${name},${all[name].light})`

const series = (Object.keys(colours) as Name[])
  .map(
    (name) =>
      `svg.plot .line.${name},svg.plot .dots.${name},svg.plot .ring.${name},svg.plot .cross.${name}{${set('stroke', name)}}
svg.plot .mark.${name},svg.plot .work.${name}{${set('fill', name)}}`,
  )
  .join('\n')

export const sheet = asMarkup(`
svg.plot{${variables('light')};font:12px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
@media screen and (prefers-color-scheme:dark){svg.plot{${variables('dark')}}}
svg.plot .paper{${set('fill', 'paper')}}
svg.plot text{${set('fill', 'muted')}}
svg.plot .title{${set('fill', 'ink')};font-size:14px;font-weight:600}
svg.plot .label,svg.plot .legend text{${set('fill', 'ink')}}
svg.plot .end{text-anchor:end}
svg.plot .middle{text-anchor:middle}
svg.plot path{fill:none}
svg.plot .grid,svg.plot .tick{${set('stroke', 'grid')}}
svg.plot .minor{stroke-opacity:.5}
svg.plot .base{${set('stroke', 'muted')}}
svg.plot .line{stroke-width:2;stroke-linejoin:round}
svg.plot .thin{stroke-width:1.1}
svg.plot .dots{stroke-width:6;stroke-linecap:round}
svg.plot .ring{stroke-width:1.5}
svg.plot .cross{stroke-width:1.8}
svg.plot .line.ink,svg.plot .small.ink,svg.plot .cross.ink{${set('stroke', 'ink')}}
svg.plot .small{stroke-width:2.6;stroke-linecap:round}
svg.plot .mark.ink{${set('fill', 'ink')}}
svg.plot .diagonal{${set('stroke', 'muted')};stroke-dasharray:3 4}
svg.plot .band{${set('fill', 'band')}}
svg.plot .tint{${set('fill', 'tint')}}
svg.plot .tint2{${set('fill', 'tint2')}}
svg.plot .leaf{${set('fill', 'leaf')}}
svg.plot .leaf2{${set('fill', 'leaf2')}}
svg.plot .edge{${set('stroke', 'muted')};stroke-width:.75}
${series}
`)
