import { mkdir, writeFile } from 'node:fs/promises';
import { renderDefaultFlags } from '../src/flags/parse-flags.ts';
import { commands } from '../src/main.ts';
import { statusSchemaText } from '../src/status/status-schema.ts';
import { renderAgentManual } from './manual/agent-manual.ts';
import { renderFlagsManual } from './manual/flags-manual.ts';

/** Writes every file that is made of a table of the program; a test tells when one of them is out of date. */
const files: Readonly<Record<string, string>> = {
  'defaults/gandi': renderDefaultFlags(),
  'man/gandi.5': renderFlagsManual(),
  'man/gandi-agent.8': renderAgentManual(commands),
  'schema/status.schema.json': statusSchemaText(),
};

for (const folder of ['defaults', 'man', 'schema']) await mkdir(folder, { recursive: true });
for (const [path, text] of Object.entries(files)) await writeFile(path, text);
