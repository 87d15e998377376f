import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTerminal } from '../../../../src/core/command/terminal.ts';
import { simpleInitCommand } from '../../../../src/agent/cli/simple-init.ts';
import { writeBlocks } from './write-blocks.ts';

// Inputs and expected files of glean's own suite; they are no part of this repository.
const fixtures = process.env.GLEAN_FIXTURES ?? resolve('..', 'shared', 'fixtures', 'glean');
const providers = existsSync(fixtures)
  ? readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, 'mnt')))
  : [];

const distros = [
  'Ubuntu',
  'Debian',
  'Fedora',
  'RedHat',
  'CentOS',
  'CentOS-10',
  'Gentoo',
  'openSUSE',
  'networkd',
  'Rocky',
] as const;

const variants = [
  { name: 'all', only: false, skipDns: false, useNm: false },
  { name: '--interface and --skip-dns', only: true, skipDns: true, useNm: false },
  { name: '--interface', only: true, skipDns: false, useNm: false },
  { name: '--skip-dns', only: false, skipDns: true, useNm: false },
  { name: '--interface and --use-nm', only: true, skipDns: false, useNm: true },
] as const;
type Variant = (typeof variants)[number];

// glean's suite has eth2 configured by a file of its own, in each of the five places.
const files = {
  '/etc/network/interfaces.d/eth2.cfg': 'auto eth2\n',
  '/etc/sysconfig/network-scripts/ifcfg-eth2': 'DEVICE=eth2\n',
  '/etc/sysconfig/network/ifcfg-eth2': 'STARTMODE=auto\n',
  '/etc/conf.d/net.eth2': 'config_eth2="null"\n',
  '/etc/systemd/network/eth2.network': '[Match]\nName=eth2\n',
};

test("glean's expected files are there", (context) => {
  if (providers.length === 0)
    context.skip("they are no part of this repository; set GLEAN_FIXTURES to glean's fixtures");
});

describe.each(providers)('glean on %s', (provider) => {
  const nic = providers.length === 0 ? '' : (readdirSync(join(fixtures, provider, 'sys/class/net')).sort()[0] ?? '');
  const cases = distros.flatMap((distro) => variants.map((variant) => ({ distro, variant, name: variant.name })));

  test.each(cases)('$distro, $name', async ({ distro, variant }) => {
    const expected = expectedBlocks(provider, distro, variant);
    const root = await treeOf(provider);
    const got = writeBlocks(await noop(argumentsFor(distro, variant, nic), root));
    for (const [path, content] of expected) {
      if (variant.only && !path.includes(nic)) continue;
      expect({ path, content: got.get(path) }).toEqual({ path, content });
    }
    expect([...got.keys()].filter((path) => path.includes('eth2'))).toEqual([]);
    if (variant.skipDns) expect([...got.keys()].filter((path) => path.includes('resolv'))).toEqual([]);
    expect([...got.keys()]).toEqual([...got.keys()].sort());
  });
});

test.each(providers.filter((name) => existsSync(join(fixtures, 'test', `${name}.keys.out`))))(
  'keys of %s, but for the empty line that glean leaves at the end',
  async (provider) => {
    const expected = readFileSync(join(fixtures, 'test', `${provider}.keys.out`), 'utf8');
    const printed = await noop(['--distro', 'debian', '--ssh', '--skip-network'], await treeOf(provider));
    // Its keys.out of a provider without keys is a link to that of another one.
    if (printed !== '') expect(writeBlocks(printed)).toEqual(writeBlocks(expected));
  },
);

function expectedBlocks(provider: string, distro: string, { skipDns, useNm }: Variant): Map<string, string> {
  const path = join(fixtures, 'test', `${provider}.${distro.toLowerCase()}.network.out`);
  const withDns = `${path}.dns`;
  const text = readFileSync(!skipDns && existsSync(withDns) ? withDns : path, 'utf8');
  const blocks = writeBlocks(text.replaceAll('%NM_CONTROLLED%', `NM_CONTROLLED=${useNm ? 'yes' : 'no'}`));
  return new Map([...blocks].filter(([file]) => !skipDns || !file.includes('resolv')));
}

function argumentsFor(distro: string, { only, skipDns, useNm }: Variant, nic: string): string[] {
  return [
    ...['--distro', distro.toLowerCase()],
    ...(only ? ['--interface', nic] : []),
    ...(skipDns ? ['--skip-dns'] : []),
    ...(useNm ? ['--use-nm'] : []),
  ];
}

async function treeOf(provider: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'glean-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await cp(join(fixtures, provider), root, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** What the command prints on standard output, as a script would read it. */
async function noop(args: string[], root: string): Promise<string> {
  const lines: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => lines.push(text) }),
    () => ({ write: () => undefined }),
  );
  const exitCode = await simpleInitCommand.run(['--noop', '--root', root, ...args], terminal);
  expect(exitCode).toBe(0);
  return lines.join('');
}
