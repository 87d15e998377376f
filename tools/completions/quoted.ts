/** A word of bash or zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The first line of each file. */
export function head(program: string): string {
  return `# Completion of ${program}; written by \`make generated\` from the table of commands.`;
}

/**
 * What prints the device of each data disk, and the folder where it is mounted. An ordinary user may not have /usr/sbin in
 * the path.
 */
export function listDisks(program: string): string {
  const select = 's/^ *"\\(device\\|mountPoint\\)": "\\(.*\\)",*$/\\2/p';
  return `env PATH="$PATH:/usr/sbin" ${program} disk list --json 2>/dev/null | sed -n '${select}'`;
}
