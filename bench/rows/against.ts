import { type Figure, figure, type Side } from './row.ts'

/** A figure for each side after the first, which is ours. `reach`: by the name of the other side. */
export function against(
  [ours, ...others]: readonly Side[],
  {
    reach,
    ...of
  }: Pick<Figure, 'row' | 'measure' | 'unit'> & {
    reach: Readonly<Record<string, NonNullable<Figure['reach']>>>
  },
): Figure[] {
  if (ours === undefined) return []
  return others.map((theirs) => {
    const wanted = reach[theirs.name]
    return figure({ ...of, ours, theirs, ...(wanted === undefined ? {} : { reach: wanted }) })
  })
}
