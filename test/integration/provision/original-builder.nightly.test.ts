import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OriginalBuilder, originalBuilder, withoutOriginal } from './original-builder.ts';
import { openWorkshop, type Workshop } from './own-build.ts';
import { type Member, membersOf } from './read-run.ts';

const minute = 60_000;
const elements = join(import.meta.dirname, 'elements');

interface Case {
  readonly name: string;
  /** Files of elements by their path, as Workshop.element takes them. */
  readonly files: Readonly<Record<string, string>>;
  /** Beside the system. */
  readonly elements: readonly string[];
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Says in a file of the tree that it ran, and where. */
const says = (text: string) => `#!/bin/bash\nset -eu\necho "${text}" >>"\${TARGET_ROOT:-\${TMP_MOUNT_PATH:-}}/said"\n`;
const saysInside = (text: string) => `#!/bin/bash\nset -eu\necho "${text} $PWD $HOME" >>/said\n`;

const cases: readonly Case[] = [
  {
    name: 'hooks of every phase, in their order',
    elements: ['one', 'two'],
    files: {
      'one/root.d/20-one': says('root one'),
      'two/root.d/noNumber': says('root without a number'),
      'two/extra-data.d/10-two': '#!/bin/bash\nset -eu\necho data >"$TMP_HOOKS_PATH/data"\n',
      'one/pre-install.d/9-one': saysInside('pre-install 9'),
      'two/pre-install.d/10-two': saysInside('pre-install 10'),
      'one/install.d/50-one': '#!/bin/bash\nset -eu\ncat /tmp/in_target.d/data >>/said\n',
      'two/install.d/050-two': saysInside('install 050'),
      'one/install.d/50.dot': saysInside('never'),
      'two/post-install.d/99-two': saysInside('post-install'),
      'one/post-root.d/10-one': says('post-root'),
      'one/pre-finalise.d/10-one': says('pre-finalise'),
      'two/finalise.d/10-two': saysInside('finalise'),
      'one/cleanup.d/10-one': says('cleanup'),
    },
  },
  {
    name: 'owners, modes, links and attributes of what hooks make',
    elements: ['one'],
    files: {
      'one/install.d/10-made': `#!/bin/bash
set -eu
mkdir -p /srv/own; touch /srv/own/file; ln /srv/own/file /srv/own/hard; ln -s ../etc /srv/own/link
chmod 2751 /srv/own; chmod 4640 /srv/own/file; chown 1000:2000 /srv/own/file; chown -h 7:8 /srv/own/link
`,
    },
  },
  {
    name: 'variables of environment.d, and those that hooks find',
    elements: ['one', 'two'],
    environment: { OWN_GIVEN: 'by the caller', ARCH: 'amd64' },
    files: {
      'one/environment.d/10-one': `export OWN_DEFAULT=\${OWN_DEFAULT:-default}\nexport OWN_GIVEN=\${OWN_GIVEN:-default}\n`,
      'two/environment.d/9-two': 'export OWN_ORDER=9\n',
      'one/environment.d/10-order': 'export OWN_ORDER=10\n',
      'one/install.d/10-env':
        '#!/bin/bash\nset -eu\nenv | grep -E "^(OWN_|ARCH|IMAGE_NAME|DIB_ROOT_|DIB_MOUNTPOINTS|FS_TYPE|LC_ALL|HOME)" | sort >/environment\n',
    },
  },
  {
    name: 'elements that need and stand for others, and data beside hooks',
    elements: ['one'],
    files: {
      'one/element-deps': 'two\nthree\n',
      'two/element-deps': 'three\n',
      'three/element-provides': 'four\n',
      'two/install.d/data/deep/file': 'from two\n',
      'three/install.d/20-copy': '#!/bin/bash\nset -eu\ncp /tmp/in_target.d/install.d/data/deep/file /copied\n',
      'three/own-data': 'from three\n',
      'two/install.d/30-copy': '#!/bin/bash\nset -eu\ncat /tmp/in_target.d/own-data >>/copied\n',
    },
  },
  {
    name: 'what is tidied at the end, and the resolver',
    elements: ['one'],
    files: {
      'one/root.d/50-one':
        '#!/bin/bash\nset -eu\necho "nameserver 192.0.2.1" >"$TARGET_ROOT/etc/resolv.conf"\nmkdir -p "$TARGET_ROOT/var/log/own"\n',
      'one/install.d/10-left':
        '#!/bin/bash\nset -eu\necho x >/tmp/left; echo x >/var/log/own/log; echo x >/root/build.log; echo x >/root/kept\n',
    },
  },
  {
    name: 'packages of -p, by the program of the system',
    elements: ['one'],
    options: ['-p', 'first,second', '-p', 'third'],
    files: {
      'one/root.d/50-one':
        '#!/bin/bash\nset -eu\nmkdir -p "$TARGET_ROOT/usr/local/bin"\nprintf \'#!/bin/bash\\necho "$*" >>/packages\\n\' >"$TARGET_ROOT/usr/local/bin/install-packages"\nchmod 755 "$TARGET_ROOT/usr/local/bin/install-packages"\n',
    },
  },
  {
    name: 'the line of fstab for a root file system with a label of its own',
    elements: ['one'],
    options: ['--root-label', 'own-label'],
    files: { 'one/README': 'an element without hooks\n' },
  },
  {
    name: 'programs of elements, by install-bin',
    elements: ['one', 'install-bin'],
    files: {
      // The original's install-bin needs the name root.
      'one/root.d/50-root':
        '#!/bin/bash\nset -eu\necho "root:x:0:0::/root:/bin/sh" >"$TARGET_ROOT/etc/passwd"\necho "root:x:0:" >"$TARGET_ROOT/etc/group"\nmkdir -p "$TARGET_ROOT/usr/local/bin"\n',
      'one/bin/own-program': '#!/bin/sh\necho own\n',
      'one/install.d/10-run': '#!/bin/bash\nset -eu\nown-program >/ran\n',
    },
  },
];

/** What its hooks and its run-parts call in the tree. */
const programs =
  'awk basename chown cp cut date dirname env find getopt grep head id install ln ls mktemp mv printf readlink sed sort stat tail tee tr true uname wc xargs';

describe('diskimage-builder of Debian and this builder make the same tree', () => {
  let workshop: Workshop;
  let original: OriginalBuilder;
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('the original needs root');
    const loops = await execa('losetup', ['--find'], { reject: false });
    if (loops.exitCode !== 0) context.skip('the original needs loop devices, and this machine has none');
    const found = await originalBuilder();
    if (found === undefined) return context.skip(withoutOriginal);
    original = found;
    workshop = await openWorkshop();
  });
  afterEach(() => workshop?.remove());

  test.each(cases)('$name', { timeout: 10 * minute }, async ({ files, options = [], ...one }) => {
    for (const [path, text] of Object.entries(files)) await workshop.element(path, text);
    const environment = { ...one.environment, TINY_OS_PROGRAMS: programs, DIB_JOURNAL_SIZE: '4' };
    const words = ['-n', '-t', 'tar', ...options, 'tiny-os', ...one.elements];
    const temporary = join(workshop.folder, 'original');
    await mkdir(temporary);
    const theirs = await original.run([...words, '-o', 'theirs'], {
      workingFolder: workshop.out,
      temporary,
      environment: { ...environment, ELEMENTS_PATH: `${join(workshop.folder, 'elements')}:${elements}` },
    });
    expect(theirs.status, theirs.said.split('\n').slice(-30).join('\n')).toBe(0);
    const ours = await workshop.start(['image', 'build', ...words, '-o', 'ours'], { environment }).ended;
    expect(ours.status, ours.lines.slice(-30).join('\n')).toBe(0);
    expect(await treeOf('ours')).toEqual(await treeOf('theirs'));
  });

  async function treeOf(name: string): Promise<readonly Shown[]> {
    return withNamesJoined(await membersOf(join(workshop.out, `${name}.tar`)))
      .filter((member) => !isLeftOut(member))
      .map(shown)
      .sort((one, other) => (one.line < other.line ? -1 : 1));
  }
});

/** Which of several names of one file tar(1) packs it by, and which as links to that, is the order of the folder: they are one line. */
function withNamesJoined(members: readonly Member[]): Member[] {
  const links = Map.groupBy(
    members.filter(({ line }) => line.startsWith('h ')),
    ({ line }) => line.split(' -> ').at(-1),
  );
  return members
    .filter(({ line }) => !line.startsWith('h '))
    .map((member) => {
      const names = [member.name, ...(links.get(member.name) ?? []).map(({ name }) => name)].sort();
      return { ...member, line: member.line.replace(member.name, names.join(' = ')) };
    });
}

interface Shown {
  readonly line: string;
  readonly text: string | undefined;
}

/** IMAGE_NAME and the like follow the name of the output. */
function shown({ line, text }: Member): Shown {
  return { line, text: text?.replace(/\b(?:ours|theirs)\b/g, 'NAME') };
}

/** The original packs the device nodes of the build machine, and the folder that mke2fs makes. */
function isLeftOut({ name }: Member): boolean {
  return /^\.\/(?:dev\/|lost\+found(?:\/|$))/.test(name);
}
