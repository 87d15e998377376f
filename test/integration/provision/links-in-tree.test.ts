import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';
import { filesBelow, membersOf } from './read-run.ts';

const minute = 60_000;
const words = ['image', 'build', '-n', '-t', 'tar', 'tiny-os'];
const writers = ['manifests', 'package-installs', 'svc-map', 'source-repositories', 'own'];

describe('a link of an element leads nothing that the builder writes to this host', () => {
  let workshop: Workshop;
  let host: string;
  let environment: Readonly<Record<string, string>>;

  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('these builds are those of root');
    workshop = await openWorkshop();
    host = join(workshop.folder, 'host');
    await mkdir(host);
    for (const name of ['file', 'fstab', 'resolv.conf', 'own.log'])
      await writeFile(join(host, name), '# of the host\n');
    environment = {
      HOST: host,
      TINY_OS_PROGRAMS: 'install ln mv',
      DIB_IMAGE_CACHE: join(workshop.folder, 'cache'),
      DIB_LOCKFILES: join(workshop.folder, 'locks'),
    };
    await workshop.element('own/pkg-map', '{"default": {"one": "two"}}\n');
    await workshop.element('own/svc-map', 'one:\n  default: two\n');
    await workshop.element('own/bin/tool', '#!/bin/sh\n');
    await workshop.element('own/source-repository-own', `own file /opt/own ${join(workshop.out, 'text')}\n`);
    await writeFile(join(workshop.out, 'text'), 'text\n');
  });
  afterEach(() => workshop?.remove());

  const build = async (more: Readonly<Record<string, string>> = {}) => {
    const { status, lines } = await workshop.start([...words, ...writers], { environment: { ...environment, ...more } })
      .ended;
    expect(await workshop.leftovers()).toEqual([]);
    expect(await contentsOf(host)).toEqual({
      file: '# of the host\n',
      fstab: '# of the host\n',
      'own.log': '# of the host\n',
      'resolv.conf': '# of the host\n',
    });
    return { status, last: lines.slice(-8).join('\n') };
  };
  const textsOf = async () => {
    const members = await membersOf(join(workshop.out, 'image.tar'));
    return new Map(members.map(({ name, text }) => [name, text]));
  };
  /** In the phase root.d: a link in the place of a folder, which is moved to where the link leads inside the tree. */
  const linkFolder = (path: string, target: string, chain = '') =>
    workshop.element(
      'own/root.d/60-links',
      `#!/bin/sh
set -eu
cd "$TARGET_ROOT"
mkdir -p ".\${HOST%/*}" "${path}"
mv "${path}" ".$HOST"
${chain}
ln -s "${target}" "${path}"
`,
    );

  const folders = [
    ['usr/share', '$HOST', 'pkg-map/own'],
    ['usr/local', '$HOST', 'bin/tool'],
    ['usr/local/bin', '$HOST', 'tool'],
    ['usr/share/svc-map', '$HOST', 'services'],
    ['etc/dib-manifests', '$HOST', 'dib_arguments'],
  ] as const;

  test.each(folders)(
    '/%s is a link to %s: %s lands in the tree',
    { timeout: 2 * minute },
    async (path, target, file) => {
      await linkFolder(path, target);
      const { status, last } = await build();
      expect(status, last).toBe(0);
      expect([...(await textsOf()).keys()]).toContain(`.${host}/${file}`);
    },
  );

  test.each([
    ['an absolute path', '$HOST', ''],
    ['a path upwards', '../../../../../../../../../../..$HOST', ''],
    ['another link', 'first', 'ln -s "$HOST" first'],
  ])('/etc is a link to %s: files land in the tree', { timeout: 2 * minute }, async (_, target, chain) => {
    await linkFolder('etc', target, chain);
    const { status, last } = await build({ NO_SOURCE_REPOSITORIES: '1' });
    expect(status, last).toBe(0);
    const texts = await textsOf();
    expect(texts.get(`.${host}/fstab`)).toContain('LABEL=');
    expect(texts.has(`.${host}/dib-manifests/dib_environment`)).toBe(true);
    expect(texts.has(`.${host}/resolv.conf`)).toBe(false);
  });

  test.each(['root', 'var/log'])('/%s is a link: nothing there is removed', { timeout: 2 * minute }, async (path) => {
    await linkFolder(path, '$HOST');
    const { status, last } = await build();
    expect(status, last).toBe(0);
  });

  test.each([
    ['etc/fstab', 'LABEL='],
    ['etc/dib-manifests/dib_environment', ''],
    ['usr/share/pkg-map/own', 'one'],
    ['usr/share/svc-map/services', 'one'],
  ])('/%s is a link to a file of this host: it is written in the tree', { timeout: 2 * minute }, async (path, text) => {
    await linkFile(path);
    const { status, last } = await build();
    expect(status, last).toBe(0);
    expect((await textsOf()).get(`.${host}/file`)).toContain(text);
  });

  test.each(['etc', 'etc/dib-source-repositories', 'opt'])(
    'source-repositories writes through no link, and names it: /%s',
    { timeout: 2 * minute },
    async (path) => {
      await linkFile(path);
      const { status, last } = await build();
      expect(status).toBe(1);
      expect(last).toContain(`${path} is a link`);
    },
  );

  test.each(['etc/resolv.conf', 'etc/machine-id'])(
    '/%s is a link: it is in the image as it was',
    { timeout: 2 * minute },
    async (path) => {
      await linkFile(path);
      const { status, last } = await build();
      expect(status, last).toBe(0);
      const members = await membersOf(join(workshop.out, 'image.tar'));
      expect(members.map(({ line }) => line)).toContain(`l 0777 0:0 ./${path} -> ${host}/file`);
    },
  );

  const linkFile = (path: string) =>
    workshop.element(
      'own/root.d/60-links',
      `#!/bin/sh
set -eu
cd "$TARGET_ROOT"
mkdir -p "./$HOST" "$(dirname ${path})"
rm -rf "${path}"
ln -s "$HOST/file" "${path}"
`,
    );

  test('a hook moves /tmp away: what is mounted again for the next phase is not mounted on this host', {
    timeout: 2 * minute,
  }, async () => {
    await workshop.element('own/pre-install.d/999-moves', `#!/bin/sh\nmv /tmp /moved\nln -s "$HOST" /tmp\n`);
    const { status, last } = await build({ GANDI_NO_CACHE: '0' });
    expect(status).toBe(1);
    expect(last).toContain(`/tmp: it is a link to ${host}`);
  });

  test('a link among the hooks is replaced where the builder writes', { timeout: 2 * minute }, async () => {
    await workshop.link('own/environment.d/11-dib-install-type.bash', join(host, 'file'));
    await workshop.link('own/gandi-tables/install.d-install', join(host, 'file'));
    await workshop.link('own/gandi-tables/pkg-map/own', join(host, 'file'));
    const { status, last } = await build();
    expect(status, last).toBe(0);
  });
});

async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = await filesBelow(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  expect(await readdir(folder)).toEqual(names);
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}
