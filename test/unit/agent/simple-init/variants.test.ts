import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noopFiles } from './noop-files.ts';
import { writeBlocks } from './write-blocks.ts';

// Clouds of our own making, in the five ways in which glean's suite calls for each of its distributions.
const clouds = ['dual-stack-two-nics', 'vlan-static', 'dhcp-and-router-advertisement'] as const;
const distros = [
  ...['Ubuntu', 'Debian', 'Fedora', 'RedHat', 'CentOS', 'CentOS-10', 'Gentoo', 'openSUSE', 'networkd', 'Rocky'],
] as const;
const sameAs: Readonly<Record<string, string>> = {
  ubuntu: 'debian',
  fedora: 'centos',
  redhat: 'centos',
  rocky: 'centos',
};

describe.each(clouds)('%s', (cloud) => {
  const drive = JSON.parse(readFileSync(join('test/golden/config-drive', cloud, 'drive.json'), 'utf8'));
  const nic = Object.keys(drive.nics)[0] ?? '';

  test.each(distros)('%s', async (name) => {
    const distro = name.toLowerCase();
    const run = async (...args: string[]) => writeBlocks(await noopFiles(drive, ['--distro', distro, ...args]));
    const all = await run();
    const golden = readFileSync(join('test/golden/config-drive', cloud, `${sameAs[distro] ?? distro}.out`), 'utf8');
    expect(all).toEqual(writeBlocks(golden));

    const quiet = await run('--skip-dns');
    expect(quiet).toEqual(withoutDns(all));
    expect(ofNic(await run('--interface', nic), nic)).toEqual(ofNic(all, nic));
    expect(ofNic(await run('--interface', nic, '--skip-dns'), nic)).toEqual(ofNic(quiet, nic));
    const managed = await run('--interface', nic, '--use-nm');
    expect(ofNic(managed, nic)).toEqual(managedByNm(ofNic(all, nic)));
  });
});

test.each(distros)('--no-dhcp-fallback on %s: what the drive describes, and no other NIC', async (name) => {
  const cloud = JSON.parse(readFileSync(join('test/golden/config-drive', clouds[0], 'drive.json'), 'utf8'));
  const drive = { ...cloud, nics: { ...cloud.nics, eth9: '52:54:00:00:00:99' } };
  const args = ['--distro', name.toLowerCase()];
  const all = writeBlocks(await noopFiles(drive, args));
  const described = writeBlocks(await noopFiles(drive, [...args, '--no-dhcp-fallback']));
  expect([...all.keys()].filter((path) => path.includes('eth9'))).toHaveLength(1);
  expect(described).toEqual(new Map([...all].filter(([path]) => !path.includes('eth9'))));
});

function ofNic(blocks: ReadonlyMap<string, string>, nic: string): Map<string, string> {
  return new Map([...blocks].filter(([path]) => path.includes(nic)));
}

function withoutDns(blocks: ReadonlyMap<string, string>): Map<string, string> {
  const others = [...blocks].filter(([path]) => !path.includes('resolv'));
  return new Map(others.map(([path, text]) => [path, text.replaceAll(/^DNS=.*\n/gm, '')]));
}

function managedByNm(blocks: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...blocks].map(([path, text]) => [path, text.replace('NM_CONTROLLED=no', 'NM_CONTROLLED=yes')]));
}
