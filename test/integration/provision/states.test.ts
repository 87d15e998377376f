import { appendFile, readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';
import { membersOf } from './read-run.ts';

const minute = 60_000;
const words = ['image', 'build', '-n', '-t', 'tar', 'tiny-os', 'own'];
const stages = ['root', 'extra-data', 'pre-install', 'install', 'post-install', 'cleanup'];

describe('states of the tree are kept by the content of what went in', () => {
  let workshop: Workshop;
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('these builds are those of root');
    workshop = await openWorkshop();
    for (const stage of stages) await hook(stage, 'one');
    await workshop.element(
      'own/install.d/70-made',
      '#!/bin/sh\nmkdir /kept; echo text >/kept/file; chmod 2750 /kept; [ -e /tmp/in_target.d/made ]\n',
    );
    await workshop.element('own/extra-data.d/70-made', '#!/bin/sh\necho made >"$TMP_HOOKS_PATH/made"\n');
  });
  afterEach(() => workshop?.remove());

  const hook = (stage: string, word: string) =>
    workshop.element(`own/${stage}.d/60-says`, `#!/bin/sh\necho "@@ ${stage} ${word} \${OWN:-}"\n`);

  /** Phases whose hook ran, and whether the image was found as it is. */
  const build = async (environment: Readonly<Record<string, string>> = {}) => {
    const { status, lines } = await workshop.start(words, {
      environment: { GANDI_NO_CACHE: '0', DIB_IMAGE_CACHE: join(workshop.folder, 'cache'), ...environment },
    }).ended;
    expect(status, lines.slice(-15).join('\n')).toBe(0);
    const ran = lines.filter((line) => line.startsWith('@@ ')).map((line) => line.split(' ')[1]);
    return { ran: ran.join(' '), isUnchanged: lines.some((line) => line.startsWith('nothing has changed: ')), lines };
  };
  const members = async () => (await membersOf(join(workshop.out, 'image.tar'))).map(({ line }) => line);

  test('nothing changed: no hook runs, and the image is as it was', { timeout: 2 * minute }, async () => {
    expect((await build()).ran).toBe(stages.join(' '));
    const before = await readFile(join(workshop.out, 'image.tar'));
    expect(await build()).toMatchObject({ ran: '', isUnchanged: true });
    expect(await readFile(join(workshop.out, 'image.tar'))).toEqual(before);
    expect(await workshop.leftovers()).toEqual([]);
  });

  test('a change runs what comes after it, and the tree is the same as without states', {
    timeout: 5 * minute,
  }, async () => {
    await build();
    const first = await members();
    await hook('cleanup', 'two');
    expect((await build()).ran).toBe('post-install cleanup');
    expect(await members()).toEqual(first);
    await hook('install', 'two');
    expect((await build()).ran).toBe('install post-install cleanup');
    expect(await members()).toEqual(first);
    await hook('pre-install', 'two');
    expect((await build()).ran).toBe('extra-data pre-install install post-install cleanup');
    expect(await members()).toEqual(first);
    await hook('root', 'two');
    expect((await build()).ran).toBe(stages.join(' '));
    expect((await build({ OWN: 'x' })).ran).toBe(stages.join(' '));
    expect((await build({ OWN: 'x', TERM: 'other' })).ran).toBe('');
  });

  test('a file that a variable names counts by its content', { timeout: 3 * minute }, async () => {
    const environment = { OWN: join(workshop.folder, 'named') };
    await appendFile(environment.OWN, 'one');
    await build(environment);
    expect((await build(environment)).ran).toBe('');
    await appendFile(environment.OWN, 'two');
    expect((await build(environment)).ran).toBe(stages.join(' '));
  });

  test('the log of a build is not one of its inputs', { timeout: 2 * minute }, async () => {
    const log = join(workshop.folder, 'log');
    const environment = { GANDI_NO_CACHE: '0', DIB_IMAGE_CACHE: join(workshop.folder, 'cache') };
    const logged = () => workshop.start([...words, '--logfile', log], { environment }).ended;
    expect((await logged()).status).toBe(0);
    expect(await readFile(log, 'utf8')).toContain('@@ install one');
    expect((await logged()).status).toBe(0);
    expect(await readFile(log, 'utf8')).toContain('nothing has changed: ');
  });

  test('an image that somebody changed is made again; one that is too old, from the beginning', {
    timeout: 3 * minute,
  }, async () => {
    await build();
    await appendFile(join(workshop.out, 'image.tar'), 'x');
    expect((await build()).ran).toBe('post-install cleanup');
    const old = new Date(Date.now() - 25 * 3600_000);
    await utimes(join(workshop.out, 'image.image.json'), old, old);
    const states = join(workshop.folder, 'cache/states');
    for (const state of await readdir(states)) await utimes(join(states, state, 'tree.tar'), old, old);
    expect((await build({ DIB_OFFLINE: '1' })).ran).not.toContain('root');
    for (const state of await readdir(states)) await utimes(join(states, state, 'tree.tar'), old, old);
    await utimes(join(workshop.out, 'image.image.json'), old, old);
    expect((await build()).ran).toBe(stages.join(' '));
  });

  test('--no-cache, and the name of the original, keep nothing', { timeout: 2 * minute }, async () => {
    await workshop.start([...words, '--no-cache'], {
      environment: { GANDI_NO_CACHE: '0', DIB_IMAGE_CACHE: join(workshop.folder, 'cache') },
    }).ended;
    expect(await readdir(workshop.folder)).not.toContain('cache');
  });

  test('a folder that cannot hold states is warned of, and the image is made', { timeout: 2 * minute }, async () => {
    await appendFile(join(workshop.folder, 'cache'), 'a file');
    const { ran, lines } = await build();
    expect(ran).toBe(stages.join(' '));
    expect(lines.join('\n')).toMatch(/warning: the state after root\.d is not kept/);
  });

  test('a build that failed is entered: its tree, its hooks, its variables, and nothing is left', {
    timeout: 3 * minute,
  }, async () => {
    const environment = { GANDI_NO_CACHE: '0', DIB_IMAGE_CACHE: join(workshop.folder, 'cache'), OWN: 'mine' };
    const enter = async (command: string) => {
      const { status, lines } = await workshop.start(['image', 'enter', '--command', command], { environment }).ended;
      return { status, lines };
    };
    expect((await enter('true')).status).toBe(1);
    await workshop.element('own/post-install.d/70-fails', '#!/bin/sh\ntouch /almost\nexit 7\n');
    const failed = await workshop.start(words, { environment }).ended;
    expect(failed).toMatchObject({
      status: 7,
      lines: expect.arrayContaining([expect.stringContaining('image enter')]),
    });
    expect(await workshop.leftovers()).toEqual([]);
    const { lines } = await enter(
      'echo "$OWN $HOME"; cat /tmp/in_target.d/made; [ -e /almost ] && echo there; rm /almost',
    );
    expect(lines.filter((line) => line !== '')).toEqual(['mine /root', 'made', 'there']);
    expect((await enter('[ -e /almost ] && exit 9')).status).toBe(9);
    expect(await workshop.leftovers()).toEqual([]);
  });

  test.each([
    ['SIGINT, which a terminal sends to the shell too,', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
  ] as const)('%s ends a shell in a failed build, and nothing is left', { timeout: 3 * minute }, async (...one) => {
    const [, signal, expected] = one;
    const environment = { GANDI_NO_CACHE: '0', DIB_IMAGE_CACHE: join(workshop.folder, 'cache') };
    await workshop.element('own/install.d/80-fails', '#!/bin/sh\nexit 7\n');
    expect((await workshop.start(words, { environment }).ended).status).toBe(7);
    const command = 'echo "waiting"; sleep 1000';
    const entered = workshop.start(['image', 'enter', '--command', command], { environment, before: ['setsid'] });
    await entered.line(/^waiting$/);
    // Both as a terminal does it and as kill(1) does: SIGTERM comes to one process.
    process.kill(signal === 'SIGINT' ? -entered.pid : entered.pid, signal);
    expect((await entered.ended).status).toBe(expected);
    expect(await workshop.leftovers()).toEqual([]);
  });
});
