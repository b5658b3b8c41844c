/** One sign of the plots' text at 12 pixels, in a wide font. */
const signWidth = 7.1

/** About how wide some words are, in pixels: nobody measures text in a file. */
export const textWidth = (text: string) => [...text].length * signWidth

/** Words with an ellipsis where they would be wider than this. */
export function cut(text: string, width: number): string {
  const signs = [...text]
  const most = Math.max(1, Math.floor(width / signWidth))
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join('')}…`
}
