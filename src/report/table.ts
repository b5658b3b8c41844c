import { type Markup, markup } from './markup.ts'

/** One column: what its group is, and its own name. */
export interface Column {
  group: string
  name: string
}

export interface Row {
  header: string | Markup
  /** As many as there are columns. */
  cells: readonly string[]
  /** Its figures must not be used. */
  isVoid?: boolean
}

export interface Table {
  name: string
  /** What is in it, and in which units. */
  caption: string
  /** What its rows are. */
  rowsAre: string
  columns: readonly Column[]
  rows: readonly Row[]
}

/** A table of figures; neighbouring columns of one group share a heading. */
export function table({ name, caption, rowsAre, columns, rows }: Table): Markup {
  const groups = [...Map.groupBy(columns, ({ group }) => group)]
  const first = new Set(groups.map(([, of]) => of[0]))
  const edges = columns.map((column) => (first.has(column) ? markup` class="edge"` : null))
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="${name}">
<table>
<caption><span><strong>${name}.</strong> ${caption}</span></caption>
<thead>
<tr><td></td>${groups.map(([group, of]) => markup`<th scope="colgroup" class="edge" colspan="${of.length}">${group}</th>`)}</tr>
<tr><th scope="col">${rowsAre}</th>${columns.map((column, index) => markup`<th scope="col"${edges[index]}>${column.name}</th>`)}</tr>
</thead>
<tbody>
${rows.map(
  ({ header, cells, isVoid }) =>
    markup`<tr${isVoid === true && markup` class="void"`}><th scope="row">${header}</th>${cells.map((cell, index) => markup`<td${edges[index]}>${cell}</td>`)}</tr>\n`,
)}</tbody>
</table>
</div>
`
}
