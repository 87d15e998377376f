import { open } from 'node:fs/promises';
import { readPayloadArchive } from '../../../src/sources/payload-archive.ts';
import { byteReader } from '../../../src/sources/payload-medium.ts';

// A process of its own, as the peak is one of a process: reads the archive and prints its peak of memory in bytes.
const [path = ''] = process.argv.slice(2);
const handle = await open(path, 'r');
await readPayloadArchive(byteReader(handle, path), 0);
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
