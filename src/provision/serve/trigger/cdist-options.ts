import { type GetoptOption, type Given, parseGetopt } from './parse-getopt.ts';

/** What `cdist trigger` is told by its command line. */
export interface CdistTrigger {
  /** undefined for 0, with which the original serves nothing and ends. */
  readonly port: number | undefined;
  readonly isIpv6: boolean;
  readonly isDryRun: boolean;
  readonly directory: string | undefined;
  readonly source: string | undefined;
  /** Steps up from the usual amount of log; negative for silence. */
  readonly verbosity: number;
  /** What the command of each run gets, as it was typed. */
  readonly passedOn: readonly string[];
  /** Only ours: where the queue and the logs are, and what is run instead of cdist. */
  readonly state: string | undefined;
  readonly command: string | undefined;
}

/** The command line does not fit, or asks for help: the status and what to say. */
export interface CdistEnd {
  readonly status: 0 | 1 | 2;
  readonly says: readonly string[];
}

const passedOn: readonly GetoptOption[] = [
  { names: ['-4', '--force-ipv4'], value: 'none' },
  { names: ['-6', '--force-ipv6'], value: 'none' },
  { names: ['-C', '--cache-path-pattern'], value: 'required' },
  { names: ['-c', '--conf-dir'], value: 'required' },
  { names: ['-g', '--config-file'], value: 'required' },
  { names: ['-i', '--initial-manifest'], value: 'required' },
  { names: ['-j', '--jobs'], value: 'optional' },
  { names: ['-l', '--log-level'], value: 'required' },
  { names: ['-o', '--out-dir'], value: 'required' },
  { names: ['-P', '--timestamp'], value: 'none' },
  { names: ['-q', '--quiet'], value: 'none' },
  { names: ['-R', '--use-archiving'], value: 'optional' },
  { names: ['-r', '--remote-out-dir'], value: 'required' },
  { names: ['--remote-copy'], value: 'required' },
  { names: ['--remote-exec'], value: 'required' },
  { names: ['-S', '--disable-saving-output-streams'], value: 'optional' },
  { names: ['-v', '--verbose'], value: 'none' },
];

const own: readonly GetoptOption[] = [
  { names: ['-h', '--help'], value: 'none' },
  { names: ['-b', '--beta'], value: 'none' },
  { names: ['-n', '--dry-run'], value: 'none' },
  { names: ['-H', '--http-port'], value: 'required' },
  { names: ['--ipv6'], value: 'none' },
  { names: ['-D', '--directory'], value: 'required' },
  { names: ['-O', '--source'], value: 'required' },
  { names: ['--state'], value: 'required' },
  { names: ['--command'], value: 'required' },
];

const usage =
  'usage: cdist trigger [-h] [-b] [options of cdist config] [-n] [-H HTTP_PORT] [--ipv6] [-D DIRECTORY] [-O SOURCE] [--command COMMAND] [--state DIR]';

const defaultPort = '3000';
const highestPort = 65535;

/**
 * Reads the command line of `cdist trigger` with the statuses of the original: 2 where argparse refuses it, 1 where the
 * original stops later.
 * @param isBetaEnabled whether CDIST_BETA is set
 */
export function readCdistTrigger(words: readonly string[], isBetaEnabled: boolean): CdistTrigger | CdistEnd {
  const parsed = parseGetopt([...own, ...passedOn], words);
  if ('problem' in parsed) return badUsage(parsed.problem);
  const { given, rest } = parsed;
  if (rest.length > 0) return badUsage(`unrecognized arguments: ${rest.join(' ')}`);
  const has = (name: string) => given.some(({ option }) => option.names.includes(name));
  const last = (name: string) => given.findLast(({ option }) => option.names.includes(name))?.value;
  if (has('-h')) return { status: 0, says: [usage] };
  const jobs = last('-j');
  if (jobs !== undefined && !/^0*[1-9]\d*$/.test(jobs)) return badUsage(`argument -j/--jobs: invalid value: '${jobs}'`);
  if (!isBetaEnabled && !has('-b')) return { status: 1, says: [betaMissing] };
  const port = readPort(last('-H') ?? defaultPort);
  if (typeof port === 'object') return port;
  return {
    port: port === 0 ? undefined : port,
    // In its first versions -6 was the listening side's, and -S the source's.
    isIpv6: has('--ipv6') || has('-6'),
    isDryRun: has('-n'),
    directory: last('-D'),
    source: last('-O') ?? last('-S'),
    verbosity: given.filter(isVerbose).length - (has('-q') ? 1 : 0),
    passedOn: given.filter(({ option }) => passedOn.includes(option)).flatMap(wordsOf),
    state: last('--state'),
    command: last('--command'),
  };
}

const betaMissing =
  "cdist: error: 'trigger' command is beta, but beta is not enabled; add -b (--beta) or set CDIST_BETA";

function badUsage(problem: string): CdistEnd {
  return { status: 2, says: [usage, `cdist: error: ${problem}`] };
}

function readPort(text: string): number | CdistEnd {
  const port = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= highestPort) return port;
  return { status: 1, says: [`cdist: error: -H needs a port from 0 to ${highestPort}, not '${text}'`] };
}

function isVerbose({ option }: Given): boolean {
  return option.names.includes('-v');
}

/** As the command gets them: each under its longest name, and -S without the source that it may bring here. */
function wordsOf({ option, value }: Given): string[] {
  const name = option.names.at(-1) ?? '';
  if (name === '--disable-saving-output-streams') return value === undefined ? [name] : [];
  return value === undefined ? [name] : [`${name}=${value}`];
}
