/** The command of this process as it was typed, but for the way to the program. */
export function commandLine(): string {
  const quoted = process.argv
    .slice(2)
    .map((arg) => (/^[\w./:=,@+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`))
  return ['unblock', ...quoted].join(' ')
}
