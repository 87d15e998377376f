import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renderDefaultFlags } from '../src/agent/flags/parse-flags.ts';
import { commands } from '../src/agent/main.ts';
import { statusSchemaText } from '../src/agent/status/status-schema.ts';
import { renderBash, renderFish, renderZsh } from './completions/completions.ts';
import { renderAgentManual } from './manual/agent-manual.ts';
import { renderFlagsManual } from './manual/flags-manual.ts';
import { payloadSchemaText } from './payload-schema.ts';

/** Writes every file that is made of a table of the program; a test tells when one of them is out of date. */
const files: Readonly<Record<string, string>> = {
  'defaults/gandi': renderDefaultFlags(),
  'man/gandi.5': renderFlagsManual(),
  'man/gandi-agent.8': renderAgentManual(commands),
  'schema/status.schema.json': statusSchemaText(),
  'schema/payload.schema.json': payloadSchemaText(),
  'completions/gandi-agent.bash': renderBash(commands),
  'completions/_gandi-agent': renderZsh(commands),
  'completions/gandi-agent.fish': renderFish(commands),
};

for (const [path, text] of Object.entries(files)) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
