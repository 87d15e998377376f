import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { expectGolden } from '../../expect-golden.ts';
import { noopFiles } from './noop-files.ts';
import { writeBlocks } from './write-blocks.ts';

// A case is a folder: what the cloud says (drive.json), and a file for each way to configure a network.
const folder = 'test/golden/config-drive';
const families = ['debian', 'centos', 'centos-10', 'opensuse', 'networkd', 'gentoo'] as const;

describe.each(readdirSync(folder))('%s', (name) => {
  test.each(families)('%s', async (distro) => {
    const drive = JSON.parse(readFileSync(join(folder, name, 'drive.json'), 'utf8'));
    expectGolden(join(folder, name, `${distro}.out`), await noopFiles(drive, ['--distro', distro]), writeBlocks);
  });
});
