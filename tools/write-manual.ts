import { mkdir, writeFile } from 'node:fs/promises';
import { commands } from '../src/main.ts';
import { renderAgentManual } from './manual/agent-manual.ts';
import { renderFlagsManual } from './manual/flags-manual.ts';

/** Writes man/ from the tables that the program is made of; a test tells when a page is out of date. */
await mkdir('man', { recursive: true });
await writeFile('man/gandi.5', renderFlagsManual());
await writeFile('man/gandi-agent.8', renderAgentManual(commands));
