import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { inspectionLines } from '../payload/inspection-lines.ts';
import { createPayloadImage, minimalImageBytes } from '../payload/payload-image.ts';
import { inspectPayload, mistakesOf } from '../payload/payload-inspection.ts';
import { openFiles } from '../../core/system/files.ts';
import { pipeThrough } from '../../core/system/pipe-through.ts';
import type { CommandFamily, Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { jsonOption } from './options.ts';
import { readInput } from './read-input.ts';

/** What `gandi-agent payload create --json` prints. New keys may come, none goes. */
export const createdPayloadSchema = z
  .object({
    version: z.literal(1),
    path: z.string().describe('the image that was written'),
    sizeBytes: z.number().describe('of the image'),
    payloadBytes: z.number(),
    warnings: z.array(z.string()).describe('valid, and will not do what the configuration seems to say'),
  })
  .describe('the image of a swap disk that was made');

const create = defineCommand({
  name: 'create',
  summary: 'create the image of a swap disk with a configuration on it',
  options: {
    config: {
      description: 'JSON of the configuration',
      value: { hint: 'FILE', completion: 'file' },
      isRequired: true,
    },
    output: {
      description: 'image to write',
      value: { hint: 'IMAGE', completion: 'file' },
      isRequired: true,
    },
    script: {
      description: 'program that is run once, at the end of the first boot',
      value: { hint: 'FILE', completion: 'file' },
    },
    modules: {
      description: 'archive of kernel modules, named <kernel release>-modules.tar.gz, .bz2, .xz or .zst',
      value: { hint: 'FILE', completion: 'file' },
    },
    size: {
      description: 'size of the image: bytes, or a number with K, M or G',
      value: { hint: 'SIZE' },
      default: '512M',
    },
    force: { description: 'replace the image if it is there' },
    json: jsonOption,
  },
  examples: [{ words: '--config web1.json --output swap.img', does: 'create an image of 512 MiB' }],
  run: async (values, terminal) => {
    const sizeBytes = parseSize(values.size);
    const payload = {
      config: decode(values.config, await readInput(values.config)),
      script: values.script === undefined ? undefined : await readInput(values.script),
      modules: values.modules,
    };
    const image = { path: values.output, sizeBytes, replace: values.force };
    return await reportMistakes(values.config, terminal, async () => {
      const { length, warnings } = await createPayloadImage(openFiles('/'), pipeThrough, payload, image);
      if (values.json) {
        terminal.json({ version: 1, path: image.path, sizeBytes, payloadBytes: length, warnings });
        return ExitCode.done;
      }
      for (const warning of warnings) terminal.err(`${values.config}: warning: ${warning}`);
      terminal.out(`${image.path}: swap disk of ${sizeBytes} bytes with a payload of ${length} bytes`);
      return ExitCode.done;
    });
  },
});

const inspect = defineCommand({
  name: 'inspect',
  summary: 'show the payload that an image or a disk holds',
  options: { json: jsonOption },
  operands: {
    image: { hint: 'IMAGE|DEVICE', description: 'an image, or a whole disk', completion: 'file' },
  },
  run: async ({ image, json }, terminal) => {
    const inspection = await inspectPayload(openFiles('/'), pipeThrough, image);
    if (json) terminal.json({ version: 1, payload: inspection ?? null });
    else if (inspection === undefined)
      terminal.out(`${image}: no payload; if this is a partition, give the whole disk`);
    else for (const line of inspectionLines(inspection)) terminal.out(line);
    return inspection === undefined || inspection.mistakes.length === 0 ? ExitCode.done : ExitCode.badConfiguration;
  },
});

export const payloadCommand: CommandFamily = {
  name: 'payload',
  summary: 'create a swap disk with a configuration on it, or show what one holds',
  subcommands: [create, inspect],
};

/** `512M`, `1G`, `600K` or bytes. @throws UsageError for anything else, and for what is too small to hold a payload */
function parseSize(text: string): number {
  const [, digits, unit = ''] = /^([0-9]{1,12})([KMG]?)$/.exec(text) ?? [];
  if (digits === undefined)
    throw new UsageError(`option --size needs a number of bytes, or one with K, M or G, not '${text}'`);
  const bytes = Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit);
  if (bytes < minimalImageBytes)
    throw new UsageError(
      `option --size needs ${minimalImageBytes / 1024}K or more for a payload to fit, not '${text}'`,
    );
  return bytes;
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AgentError('cannot read it as text', {
      code: 'payload-image.not-text',
      subject: path,
      remedy: 'give a file of JSON in UTF-8',
      exitCode: ExitCode.badConfiguration,
      cause: error,
    });
  }
}

/** One line per mistake, as a person corrects them one by one. */
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
