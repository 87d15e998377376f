import { open } from 'node:fs/promises';
import { readPayloadArchive } from '../../../../src/core/payload/payload-archive.ts';
import { pipeThrough } from '../../../../src/core/system/pipe-through.ts';
import { byteReader } from '../../../../src/core/payload/payload-medium.ts';

// A process of its own, as the peak is one of a process: reads the archive, if one is named, and prints its peak of
// memory in bytes.
const [path] = process.argv.slice(2);
if (path !== undefined) await readPayloadArchive(byteReader(await open(path, 'r'), path), { pipe: pipeThrough }, 0);
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
