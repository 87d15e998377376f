import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ExitCode } from '../../core/error/agent-error.ts';
import { parseKeyValueLine } from '../../core/text/key-value-line.ts';
import { isAssignmentKey } from '../assignment/assignment-keys.ts';
import { observeAutofsFolders } from '../disk/automount.ts';
import { parseAssignment } from '../assignment/parse-assignment.ts';
import { assignmentConflicts } from '../assignment/assignment-conflicts.ts';
import { assignmentsFolder, listAssignments, readAssignments } from '../disk/read-assignments.ts';
import { adviceOnFlags } from '../flags/flag-advice.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import { adviceOn } from '../machine-config/advice.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import { mistakesOf } from '../payload/payload-inspection.ts';
import { type Files, openFiles } from '../../core/system/files.ts';
import type { Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { jsonOption } from './options.ts';
import { readInput } from './read-input.ts';

/** What `gandi-agent validate --json` prints. New keys may come, none goes. */
export const validationSchema = z
  .object({
    version: z.literal(1),
    files: z.array(
      z.object({
        path: z.string(),
        kind: z.enum(['flags', 'assignment', 'configuration']),
        isValid: z.boolean().describe('there is no mistake; the exit status is 3 where one file has one'),
        mistakes: z.array(z.string()).describe('one for each, with its line or its path in the JSON'),
        warnings: z.array(z.string()).describe('valid, and will not do what it seems to say'),
      }),
    ),
  })
  .describe('what is wrong with a configuration, a flags file or an assignment of a disk');

type FileAnswer = z.infer<typeof validationSchema>['files'][number];

export const validateCommand = defineCommand({
  name: 'validate',
  summary: 'check the JSON of a payload, a flags file or an assignment of a disk, and name every mistake in it',
  operands: {
    file: {
      hint: 'FILE',
      description:
        'JSON, flags or an assignment (default: /gandi/config, the flags file and /etc/gandi/disks.d of this machine)',
      completion: 'file',
      isOptional: true,
    },
  },
  options: { json: jsonOption },
  run: async ({ file, json }, terminal) => {
    const files = openFiles('/');
    const paths = file === undefined ? await ownFiles(files) : [file];
    const answers = await Promise.all(paths.map(validate));
    if (json) terminal.json({ version: 1, files: answers });
    else for (const answer of answers) tell(answer, terminal);
    return answers.every(({ isValid }) => isValid) ? ExitCode.done : ExitCode.badConfiguration;
  },
});

/** Those of this machine; the JSON even if it is missing, as nothing to check is not a success. */
async function ownFiles(files: Files): Promise<string[]> {
  const texts = await Promise.all(flagFiles.map((path) => files.read(path)));
  const flagFile = flagFiles.find((_, index) => texts[index] !== undefined);
  const config = (await files.read('/gandi/config')) === undefined && flagFile !== undefined ? [] : ['/gandi/config'];
  return [...config, ...(flagFile === undefined ? [] : [flagFile]), ...(await listAssignments({ files }))];
}

async function validate(path: string): Promise<FileAnswer> {
  if (dirname(resolve(path)) === assignmentsFolder) return validateAssignment(resolve(path));
  const text = new TextDecoder().decode(await readInput(path));
  const kind = kindOf(text);
  const { mistakes, warnings } = await checks[kind](text, path);
  return { path, kind, isValid: mistakes.length === 0, mistakes: [...mistakes], warnings: [...warnings] };
}

function tell({ path, isValid, mistakes, warnings }: FileAnswer, terminal: Terminal): void {
  for (const warning of warnings) terminal.err(`${path}: warning: ${warning}`);
  for (const mistake of mistakes) terminal.err(`${path}: ${mistake}`);
  if (isValid) terminal.out(`${path}: OK`);
}

/** One of this machine: it has to be root's word, its owner a user here, and no other file may say the contrary. */
async function validateAssignment(path: string): Promise<FileAnswer> {
  const system = { files: openFiles('/') };
  const { valid, mistaken } = await readAssignments(system);
  const isRead = (await listAssignments(system)).includes(path);
  const mistakes = [
    ...(isRead ? [] : ['is not read: a file of that name must be there, and the name must end in .conf']),
    ...mistaken.filter(({ file }) => file === path).flatMap((each) => each.mistakes),
    ...assignmentConflicts(valid)
      .filter(({ file }) => file === path)
      .map(({ mistake }) => mistake),
  ];
  return { path, kind: 'assignment', isValid: mistakes.length === 0, mistakes, warnings: [] };
}

interface Answer {
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

const checks: Readonly<Record<FileAnswer['kind'], (text: string, path: string) => Answer | Promise<Answer>>> = {
  flags: checkFlags,
  assignment: checkAssignment,
  configuration: checkConfig,
};

/** No JSON begins with a comment of a shell or `KEY=`; no flag has a name that is a key of an assignment. */
function kindOf(text: string): FileAnswer['kind'] {
  if (!/^\s*(?:#|(?:export\s+)?[A-Za-z_]\w*\s*=)/.test(text)) return 'configuration';
  const keys = text.split('\n').flatMap((line) => parseKeyValueLine(line)?.key ?? []);
  return keys.some(isAssignmentKey) ? 'assignment' : 'flags';
}

/** It may be meant for another machine, where its owner is a user. */
function checkAssignment(text: string, path: string): Answer {
  const read = parseAssignment(path, text, () => ({ uid: 0, gid: 0 }));
  return { mistakes: read.kind === 'valid' ? [] : read.mistaken.mistakes, warnings: [] };
}

async function checkFlags(text: string, path: string): Promise<Answer> {
  const { flags, warnings, unknown } = parseFlags(text);
  const isKnown = await isTimezone(flags.CONFIG_TIMEZONE_NAME);
  // A file that is meant for another machine is not held against the maps of this one.
  const isOwn = (flagFiles as readonly string[]).includes(resolve(path));
  const autofsFolders = isOwn ? await observeAutofsFolders({ files: openFiles('/') }) : [];
  const advice = adviceOnFlags(flags, { isTimezone: () => isKnown, autofsFolders });
  return { mistakes: warnings, warnings: [...unknown, ...advice] };
}

const zones = '/usr/share/zoneinfo';

async function isTimezone(name: string): Promise<boolean | undefined> {
  const files = openFiles('/');
  if ((await files.status(`${zones}/Europe`)) === undefined) return undefined;
  return (await files.targetStatus(`${zones}/${name}`))?.type === 'file';
}

async function checkConfig(text: string, path: string): Promise<Answer> {
  if (text.trim() === '') return { mistakes: ['is empty'], warnings: [] };
  try {
    const { config, mistakes, warnings } = parseGandiConfig(text, path);
    const said = mistakes.map(({ path: at, problem }) => `${at}: ${problem}`);
    const isKnown = config.timezone === null ? undefined : await isTimezone(config.timezone);
    return { mistakes: said, warnings: [...warnings, ...adviceOn(config, () => isKnown)] };
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (mistakes === undefined) throw error;
    return { mistakes, warnings: [] };
  }
}
