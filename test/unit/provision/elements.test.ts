import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBlockDevices, valuesOf } from '../../../src/provision/image/block-device/block-devices.ts';
import { placePartitions } from '../../../src/provision/image/block-device/layout.ts';
import { refuseUnmakeable } from '../../../src/provision/image/output/file-system-makers.ts';

const names = globSync('elements/*').map((path) => basename(path));
const hooks = globSync(
  'elements/*/{root,extra-data,pre-install,install,post-install,pre-finalise,finalise,cleanup}.d/*',
);

/** On the host alone, and it reads lines that people write for bash. */
const inBash = ['elements/source-repositories/extra-data.d/98-source-repositories'];

describe('own elements', () => {
  test('are those that a build may name', () => {
    expect(names).toEqual(
      expect.arrayContaining(['debian-minimal', 'ubuntu-minimal', 'vm', 'gandi-vm-agent', 'simple-init']),
    );
  });

  test.each(names)('%s needs only elements that are there', (name) => {
    const needed = linesOf(`elements/${name}/element-deps`);
    expect(needed.filter((each) => !names.includes(each))).toEqual([]);
  });

  test.each(names)('%s is in the documentation, or does the work of the builder', (name) => {
    const documented = readFileSync('docs/elements.md', 'utf8');
    const known = ['pkg-map', 'svc-map', 'package-installs', 'source-repositories', 'manifests', 'dib-init-system'];
    if (known.includes(name) || name.startsWith('install-')) expect(documented).not.toContain(`| \`${name}\` |`);
    else expect(documented).toContain(`\`${name.replace(/^block-device-(?=gpt|efi)/, '-')}\``);
  });

  test.each(hooks)('%s is a script of sh that runs: its mode, its name, its first lines', (path) => {
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(basename(path)).toMatch(/^[0-9A-Za-z_-]+$/);
    const [interpreter, purpose] = readFileSync(path, 'utf8').split('\n');
    expect(interpreter).toBe(inBash.includes(path) ? '#!/bin/bash' : '#!/bin/sh');
    expect(purpose).toMatch(/^# /);
  });

  test('no two bring a hook of the same name in the same phase', () => {
    const keys = hooks.map((path) => join(basename(dirname(path)), basename(path)));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
});

describe('own layouts', () => {
  test.each([
    ['block-device-mbr', 'block-device-default.yaml', ['/']],
    ['block-device-gpt', 'block-device-default.yaml', ['/']],
    ['block-device-efi', 'block-device-default.yaml', ['/boot/efi', '/']],
    ['block-device-efi', 'block-device-arm64.yaml', ['/boot/efi', '/']],
  ])('%s/%s can be made in a file of 2 GiB', (element, file, mountPoints) => {
    const devices = readBlockDevices(readFileSync(`elements/${element}/${file}`, 'utf8'), { fileSystem: 'ext4' });
    refuseUnmakeable(devices, false);
    expect(valuesOf(devices)).toMatchObject({ rootLabel: 'cloudimg-rootfs', mountPoints });
    const [disk] = placePartitions(devices, 2 * 1024 ** 3);
    expect(disk?.table?.partitions.at(-1)?.name).toBe('root');
  });
});

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}
