import { mkdir, writeFile } from 'node:fs/promises';
import { statusSchemaText } from '../src/status/status-schema.ts';

/** Writes the published form of `gandi-agent status --json`; a test tells when it is out of date. */
await mkdir('schema', { recursive: true });
await writeFile('schema/status.schema.json', statusSchemaText());
