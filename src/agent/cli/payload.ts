import { constants } from 'node:fs';
import { parseArgs } from 'node:util';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { inspectionLines } from '../payload/inspection-lines.ts';
import { createPayloadImage, minimalImageBytes } from '../payload/payload-image.ts';
import { inspectPayload, mistakesOf } from '../payload/payload-inspection.ts';
import { openFiles } from '../../core/system/files.ts';
import { pipeThrough } from '../../core/system/pipe-through.ts';
import type { Command, Terminal } from '../../core/command/command.ts';

export const payloadCommand: Command = {
  name: 'payload',
  summary: 'create a swap disk with a configuration on it, or show what one holds',
  usage:
    'create --config FILE [--script FILE] [--modules FILE] --output IMAGE [--size 512M] [--force] | inspect IMAGE|DEVICE [--json]',
  run: async ([action, ...args], terminal) => {
    if (action === 'create') return await create(args, terminal);
    if (action === 'inspect') return await inspect(args, terminal);
    return wrongUsage(terminal);
  },
};

async function create(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args,
    options: {
      config: { type: 'string' },
      script: { type: 'string' },
      modules: { type: 'string' },
      output: { type: 'string' },
      size: { type: 'string', default: '512M' },
      force: { type: 'boolean', default: false },
    },
  });
  const sizeBytes = parseSize(values.size);
  if (values.config === undefined || values.output === undefined || sizeBytes === undefined)
    return wrongUsage(terminal);
  const payload = {
    config: new TextDecoder('utf-8', { fatal: true }).decode(await readWhole(values.config)),
    script: values.script === undefined ? undefined : await readWhole(values.script),
    modules: values.modules,
  };
  const image = { path: values.output, sizeBytes, replace: values.force };
  return await reportMistakes(values.config, terminal, async () => {
    const { length, warnings } = await createPayloadImage(openFiles('/'), pipeThrough, payload, image);
    for (const warning of warnings) terminal.err(`${values.config}: warning: ${warning}`);
    terminal.out(`${image.path}: swap disk of ${sizeBytes} bytes with a payload of ${length} bytes`);
    return ExitCode.done;
  });
}

async function inspect(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) return wrongUsage(terminal);
  const inspection = await inspectPayload(openFiles('/'), pipeThrough, path);
  if (values.json) terminal.json(inspection ?? null);
  else if (inspection === undefined) terminal.out(`${path}: no payload; if this is a partition, give the whole disk`);
  else for (const line of inspectionLines(inspection)) terminal.out(line);
  return inspection === undefined || inspection.mistakes.length === 0 ? ExitCode.done : ExitCode.badConfiguration;
}

/** `512M`, `1G`, `600K` or bytes; undefined for anything else, and for what is too small to hold a payload. */
function parseSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^([0-9]{1,12})([KMG]?)$/.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit);
  return digits !== undefined && bytes >= minimalImageBytes ? bytes : undefined;
}

/** One line a mistake, as a person corrects them one by one. */
async function reportMistakes(path: string, terminal: Terminal, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (mistakes === undefined) throw error;
    for (const mistake of mistakes) terminal.err(`${path}: ${mistake}`);
    return ExitCode.badConfiguration;
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  const handle = await openFiles('/')
    .open(path, constants.O_RDONLY)
    .catch((error: unknown) => {
      throw new AgentError('cannot read it', {
        code: 'payload-image.input',
        subject: path,
        remedy: 'give the path of a file that is there',
        exitCode: ExitCode.badUsage,
        cause: error,
      });
    });
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function wrongUsage(terminal: Terminal): ExitCode {
  terminal.err(`usage: gandi-agent payload ${payloadCommand.usage}`);
  return ExitCode.badUsage;
}
