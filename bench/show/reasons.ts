/** By row: what stands in the way of the targets that it does not reach. Markdown, in sentences. */
export const reasons: Record<string, string> = {}
