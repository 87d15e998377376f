/** Where the lines of a build go. */
export interface OutputLines {
  /** A file. */
  readonly log: string | undefined;
  readonly toTerminal: boolean;
  /** On the terminal; in the file every line has its time. */
  readonly withTime: boolean;
}

/**
 * What `--logfile` and the variables of diskimage-builder ask for: a file takes the place of the terminal unless DIB_QUIET is
 * 0.
 */
export function whereLinesGo({
  LOGFILE,
  DIB_QUIET,
  DIB_NO_TIMESTAMP,
}: Readonly<Record<string, string | undefined>>): OutputLines {
  const log = isSet(LOGFILE) ? LOGFILE : undefined;
  const isQuiet = DIB_QUIET === undefined || DIB_QUIET === '' ? log !== undefined : isSet(DIB_QUIET);
  return { log, toTerminal: !isQuiet, withTime: !isSet(DIB_NO_TIMESTAMP) };
}

/** As the original takes its switches: empty and 0 are off. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}
