import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noopFiles } from './noop-files.ts';
import { writeBlocks } from './write-blocks.ts';

// A case is a folder: what the cloud says (drive.json), and a file for each way to configure a network.
const folder = 'test/golden/config-drive';
const families = ['debian', 'centos', 'centos-10', 'opensuse', 'networkd', 'gentoo'] as const;

describe.each(readdirSync(folder))('%s', (name) => {
  test.each(families)('%s', async (distro) => {
    const drive = JSON.parse(readFileSync(join(folder, name, 'drive.json'), 'utf8'));
    const expected = join(folder, name, `${distro}.out`);
    const got = await noopFiles(drive, ['--distro', distro]);
    expect(existsSync(expected), `${expected} is missing; it should hold:\n${got}`).toBe(true);
    expect(writeBlocks(got)).toEqual(writeBlocks(readFileSync(expected, 'utf8')));
  });
});
