import { mkdir, mkdtemp, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './cdist-server.ts';
import { exchange } from './raw-exchange.ts';
import { ask, jsonOf, linesOf, script, type Serving, serveIn, startServing } from './serve-process.ts';

const mac = '52:54:00:12:34:56';
const profiles = `version: 1
boots:
  preos:
    kernel: current/kernel
    initrd: current/initramfs
    arguments: console=ttyS0 trigger={server}/install/
machines:
  - name: node1
    mac: ${mac}
    boot: preos
    image: images/debian.raw
    payload: /srv/payloads/node1
  - name: node2
    uuid: 0b6ac1b2-6d2e-4d0c-8a0e-1f2e3d4c5b6a
    boot: preos
`;

/** Where a test starts programs one after the other, on a machine that may have other work. */
const limit = 5 * 60_000;

let serving: Serving;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-serve-'));
  const inside = (path: string) => join(folder, path);
  for (const path of ['store', 'store/.versions', 'store/.versions/1', 'store/images', 'boot'])
    await mkdir(inside(path));
  await writeFile(inside('store/.versions/1/kernel'), '0123456789');
  await writeFile(inside('store/.versions/1/initramfs'), 'initramfs 1');
  await writeFile(inside('store/images/a b%.raw'), 'image');
  await writeFile(inside('store/.hidden'), 'secret');
  await writeFile(inside('secret'), 'secret');
  await symlink('.versions/1', inside('store/current'));
  await symlink('../secret', inside('store/leads-out'));
  await symlink('/etc/passwd', inside('store/passwd'));
  await writeFile(inside('profiles.yaml'), profiles);
  await writeFile(inside('source'), 'boot this\n');
  const command = await script(
    folder,
    'install',
    `echo "$GANDI_OUTCOME_URL $GANDI_OUTCOME_KEY $GANDI_NAME $GANDI_IMAGE $GANDI_PAYLOAD" >> ${inside('told')}
[ "$GANDI_ACTION" = install ] || { echo "no such <manifest>"; exit 3; }`,
  );
  serving = await serveIn(
    folder,
    ...['--store', 'FOLDER/store', '--profiles', 'FOLDER/profiles.yaml', '--directory', 'FOLDER/boot'],
    ...['--source', 'FOLDER/source', '--command', command, '--limit', '100000'],
  );
});
afterAll(() => serving.close());

describe('files of the store', () => {
  test('come whole, with the tag by which they are asked for again', async () => {
    const whole = await ask(serving, '/files/.versions/1/kernel');
    expect(whole).toMatchObject({ status: 200, body: '0123456789', headers: { 'accept-ranges': 'bytes' } });
    const { etag = '' } = whole.headers;
    expect(etag).not.toBe('');
    expect(await ask(serving, '/files/.versions/1/kernel', { headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      body: '',
    });
  });

  test('come in part, so that a transfer that was cut off goes on', async () => {
    const part = await ask(serving, '/files/.versions/1/kernel', { headers: { range: 'bytes=4-' } });
    expect(part).toMatchObject({ status: 206, body: '456789', headers: { 'content-range': 'bytes 4-9/10' } });
    expect(await ask(serving, '/files/.versions/1/kernel', { headers: { range: 'bytes=99-' } })).toMatchObject({
      status: 416,
    });
  });

  test('may have a link on their way and any character in their name', async () => {
    expect(await ask(serving, '/files/current/kernel')).toMatchObject({ status: 200, body: '0123456789' });
    expect(await ask(serving, '/files/images/a%20b%25.raw')).toMatchObject({ status: 200, body: 'image' });
  });

  test.each([
    '/files/../secret',
    '/files/images/../../secret',
    '/files/%2e%2e/secret',
    '/files/%2E%2E%2Fsecret',
    '/files/..%2fsecret',
    '/files/.%2e/secret',
    '/files/..%5csecret',
    '/files/..\\secret',
    '/files/%252e%252e/secret',
    '/files/%c0%ae%c0%ae/secret',
    '/files/%u002e%u002e/secret',
    '/files/..;/secret',
    '/files/....//secret',
    '/files//etc/passwd',
    '/files/%2fetc%2fpasswd',
    '/files///etc/passwd',
    '//files/../secret',
    '/files/current/../../../secret',
    '/files/../secret%00.raw',
    '/files/images/a%00/../../secret',
    '/files/leads-out',
    '/files/passwd',
    '/files/.hidden',
    '/files/%2ehidden',
    '/files/',
    '/files/images',
    '/./files/../secret',
    'http://127.0.0.1/files/../secret',
    '/pxelinux.cfg/../../secret',
    '/pxelinux.cfg/..%2f..%2fsecret',
    '/grub/..%2f..%2fsecret',
    '/hosts/..%2f..%2fsecret',
  ])('are the only ones: %s is refused', async (path) => {
    const { raw, status } = await exchange(
      '127.0.0.1',
      serving.port,
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect([400, 403, 404]).toContain(status);
    expect(raw).not.toMatch(/secret$|root:/m);
  });
});

describe('boot menus', () => {
  const from = '127.0.1.1';

  const again = [
    ':again',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: iPXE puts in the address
    'chain --replace boot.ipxe?mac=${mac:hexhyp}&uuid=${uuid} ||',
    'echo gandi-provision: no answer; asks again in 10 s',
    'sleep 10',
    'goto again',
    '',
  ];

  test('iPXE is asked who it is, for as long as nobody answers', async () => {
    const { body } = await ask(serving, '/boot.ipxe', { from });
    expect(body.split('\n')).toEqual(['#!ipxe', ...again]);
  });

  test('a machine of the profiles gets its system, with every link followed; what does not come is asked for again', async () => {
    const { body } = await ask(serving, `/boot.ipxe?mac=${mac.replaceAll(':', '-')}&uuid=`, { from });
    const server = `http://127.0.0.1:${serving.port}`;
    expect(body.split('\n')).toEqual([
      '#!ipxe',
      `kernel /files/.versions/1/kernel initrd=initrd0 console=ttyS0 trigger=${server}/install/ || goto failed`,
      'initrd --name initrd0 /files/.versions/1/initramfs || goto failed',
      'boot ||',
      ':failed',
      'imgfree',
      ...again,
    ]);
  });

  test('it is known by its UUID too, and PXELINUX and GRUB get the same', async () => {
    const uuid = '0B6AC1B2-6d2e-4d0c-8a0e-1f2e3d4c5b6a';
    const pxelinux = await ask(serving, `/pxelinux.cfg/${uuid.toLowerCase()}`, { from: '127.0.1.2' });
    expect(pxelinux.body).toContain(`KERNEL http://127.0.0.1:${serving.port}/files/.versions/1/kernel\n`);
    const grub = await ask(serving, `/grub/grub.cfg-01-${mac.replaceAll(':', '-')}`, { from });
    expect(grub.body).toContain("linux /files/.versions/1/kernel 'console=ttyS0'");
    expect((await ask(serving, `/boot.ipxe?mac=52-54-00-00-00-09&uuid=${uuid}`, { from: '127.0.1.2' })).body).toContain(
      'kernel /files/',
    );
  });

  test.each([
    ['/boot.ipxe?mac=52-54-00-00-00-01&uuid=', '#!ipxe\nexit\n'],
    ['/pxelinux.cfg/01-52-54-00-00-00-01', 'DEFAULT local\nLABEL local\n  LOCALBOOT 0\n'],
    ['/pxelinux.cfg/default', 'DEFAULT local\nLABEL local\n  LOCALBOOT 0\n'],
    ['/grub/grub.cfg', 'exit\n'],
  ])('a machine that no profile names boots from its own disk: %s', async (path, expected) => {
    expect(await ask(serving, path, { from: '127.0.1.9' })).toMatchObject({ status: 200, body: expected });
  });

  test.each([
    '/pxelinux.cfg/C0000201',
    '/pxelinux.cfg/1b6ac1b2-6d2e-4d0c-8a0e-1f2e3d4c5b6a',
    '/grub/grub.cfg-C0000201',
  ])('a loader goes on to its next name: %s is not there', async (path) => {
    expect(await ask(serving, path)).toMatchObject({ status: 404 });
  });

  test('kernel and initrd are of one release, also where it is switched in between', async () => {
    const menu = await ask(serving, `/boot.ipxe?mac=${mac}&uuid=`, { from });
    const release = join(serving.folder, 'store/.versions/2');
    await mkdir(release);
    await writeFile(join(release, 'kernel'), 'kernel 2');
    await writeFile(join(release, 'initramfs'), 'initramfs 2');
    await symlink('.versions/2', join(serving.folder, 'store/next'));
    await rename(join(serving.folder, 'store/next'), join(serving.folder, 'store/current'));
    const [, initrd = ''] = /^initrd --name \w+ (\S+) /m.exec(menu.body) ?? [];
    expect(await ask(serving, initrd, { from })).toMatchObject({ status: 200, body: 'initramfs 1' });
    expect((await ask(serving, `/boot.ipxe?mac=${mac}&uuid=`, { from })).body).toContain('/files/.versions/2/kernel');
  });
});

describe('triggers', () => {
  test('a machine is answered when its command has ended, whatever body it sends', async () => {
    for (const asking of [
      {},
      { method: 'POST' },
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
    ])
      expect(await ask(serving, '/install/x', { from: '127.0.2.1', ...asking })).toMatchObject({
        status: 200,
        body: '',
      });
  });

  test('a command that fails is told by 599 and what it said last', async () => {
    const answer = await ask(serving, '/cdist/config/', { from: '127.0.2.2' });
    expect(answer).toMatchObject({ status: 599, reason: expect.stringContaining('exit status 3: no such <manifest>') });
  });

  test('who prefers it is answered at once, with where to look', async () => {
    const headers = { prefer: 'respond-async' };
    const answer = await ask(serving, '/install/', { from: '127.0.2.3', headers });
    expect(answer.status).toBe(202);
    const { location = '' } = answer.headers;
    const look = async () =>
      jsonOf<{ run: { state: string } }>(await ask(serving, location, { from: '127.0.2.3' })).run.state;
    await until(async () => (await look()) === 'done');
  });

  test('a file is put into the folder for it, and taken away', async () => {
    const path = join(serving.folder, 'boot/127.0.2.4');
    expect(await ask(serving, '/file/present/', { from: '127.0.2.4' })).toMatchObject({ status: 200 });
    expect(await readFile(path, 'utf8')).toBe('boot this\n');
    expect(await ask(serving, '/file/absent/', { from: '127.0.2.4' })).toMatchObject({ status: 200 });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  test.each(['/install', '/cdist/install', '/CDIST/INSTALL/', '/nosuch/'])('%s is nothing', async (path) => {
    expect(await ask(serving, path)).toMatchObject({ status: 404 });
  });
});

describe('a machine on its way', () => {
  const from = '127.0.3.1';
  const own = '52:54:00:aa:bb:01';
  const state = async () => {
    const { body } = await ask(serving, `/v1/hosts/${own}`);
    const { host } = JSON.parse(body);
    return `${host.state}/${host.step}`;
  };
  const menu = async () => (await ask(serving, `/boot.ipxe?mac=${own}&uuid=`, { from })).body;
  const outcome = (id: string, key: string, body: unknown) =>
    ask(serving, id, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  let [path, key] = ['', ''];

  test('goes from its first request to done, and boots from its disk from then on', async () => {
    await menu();
    expect(await state()).toBe('bare/boot-menu');
    await ask(serving, '/files/current/kernel', { from });
    expect(await state()).toBe('preos/loading');
    expect(await ask(serving, '/install/', { from })).toMatchObject({ status: 200 });
    expect(await state()).toBe('installing/installed');
    expect(await menu()).toBe('#!ipxe\nexit\n');
    expect(await state()).toBe('booted/local-boot');
    const told = (await linesOf(join(serving.folder, 'told'))).at(-1) ?? '';
    const [url = '', secret = ''] = told.split(' ');
    [path, key] = [new URL(url).pathname, secret];
    expect(await outcome(path, key, { version: 1, state: 'working', detail: 'config' })).toMatchObject({ status: 200 });
    expect(await state()).toBe('booted/agent-working');
    expect(await outcome(path, key, { version: 1, state: 'done' })).toMatchObject({ status: 200 });
    expect(await state()).toBe('done/agent-done');
    expect(await menu()).toBe('#!ipxe\nexit\n');
    expect(await state()).toBe('done/agent-done');
  });

  test('its outcome is posted with its own key only', async () => {
    const done = { version: 1, state: 'done' };
    expect(await outcome(path, `${key}x`, done)).toMatchObject({ status: 403 });
    expect(await outcome('/v1/outcome/1', key, done)).toMatchObject({ status: 403 });
    expect(await outcome('/v1/outcome/999999', key, done)).toMatchObject({ status: 403 });
    expect(await ask(serving, path, { method: 'POST' })).toMatchObject({ status: 403 });
    expect(await outcome(path, key, { version: 1, state: 'glorious' })).toMatchObject({ status: 400 });
    expect(await outcome(path, key, { version: 1, state: 'done', detail: 'x'.repeat(100_000) })).toMatchObject({
      status: 413,
    });
  });

  test('after another installation the key of the one before is worth nothing', async () => {
    await ask(serving, '/install/', { from });
    expect(await outcome(path, key, { version: 1, state: 'done' })).toMatchObject({ status: 403 });
  });

  test('the command of its installation is told what its profile names', async () => {
    await ask(serving, `/boot.ipxe?mac=${mac}&uuid=`, { from: '127.0.3.2' });
    await ask(serving, '/install/', { from: '127.0.3.2' });
    const told = (await linesOf(join(serving.folder, 'told'))).at(-1);
    expect(told).toContain(` node1 ${serving.folder}/store/images/debian.raw /srv/payloads/node1`);
  });
});

describe('the command host', { timeout: limit }, () => {
  const from = '127.0.4.1';
  const host = (...words: string[]) => serving.run('host', ...words, '--server', serving.url);

  test('lists machines, shows one, has it tried again, and forgets it', async () => {
    expect(await ask(serving, '/config/', { from })).toMatchObject({ status: 599 });
    const listed = await host('list');
    expect(listed.stdout).toMatch(/^HOST +STATE +FOR +ADDRESS +MAC +STEP$/m);
    expect(listed.stdout).toMatch(/^127\.0\.4\.1 /m);
    const { stdout } = await host('list', '--json');
    const { version, hosts } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(hosts.find(({ address }: { address: string }) => address === from).lastRun).toMatchObject({
      state: 'failed',
      attempt: 1,
    });
    const shown = await host('show', from);
    expect(shown.stdout).toMatch(/^\d+ +config +failed +1 /m);
    expect(shown.stdout).toContain('no such <manifest>');
    expect(await host('retry', from)).toMatchObject({ exitCode: 0 });
    const runs = async () => jsonOf<{ runs: { state: string }[] }>(await ask(serving, `/v1/hosts/${from}`)).runs;
    await until(async () => (await runs()).map(({ state }) => state).join() === 'failed,failed');
    expect(await host('forget', from)).toMatchObject({ exitCode: 0 });
    expect(await host('show', from)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('there is no such machine'),
    });
  });

  test('says where no server is', async () => {
    const answer = await serving.run('host', 'list', '--server', 'http://127.0.0.1:1');
    expect(answer).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/http:\/\/127\.0\.0\.1:1: cannot ask the server.*host\.no-server/),
    });
  });
});

describe('the page', () => {
  test('works without a script, and text of machines is text', async () => {
    await ask(serving, '/config/', { from: '127.0.5.1' });
    const page = await ask(serving, '/');
    expect(page).toMatchObject({
      status: 200,
      headers: { 'content-security-policy': expect.stringContaining("default-src 'none'") },
    });
    expect(page.body).not.toMatch(/<script|javascript:|\son\w+=/i);
    const [, id] = /<a href="\/hosts\/(\d+)">127\.0\.5\.1<\/a>/.exec(page.body) ?? [];
    const one = await ask(serving, `/hosts/${id}`);
    expect(one.body).toContain('no such &lt;manifest&gt;');
    expect(one.body).not.toContain('<manifest>');
  });

  test('metrics count machines, runs and requests', async () => {
    const { body, headers } = await ask(serving, '/metrics');
    expect(headers['content-type']).toContain('version=0.0.4');
    expect(body).toMatch(/^gandi_hosts\{state="done"\} \d+$/m);
    expect(body).toMatch(/^gandi_runs\{state="failed"\} [1-9]\d*$/m);
    expect(body).toMatch(/^gandi_requests_total\{status="200"\} [1-9]\d*$/m);
  });
});

describe('who may', () => {
  let guarded: Serving;
  const token = 'a-token-of-the-test-0123456789';

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gandi-serve-'));
    await writeFile(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
    await mkdir(join(folder, 'store'));
    await writeFile(join(folder, 'store/kernel'), 'kernel');
    guarded = await serveIn(
      folder,
      ...[
        '--token-file',
        'FOLDER/token',
        '--allow',
        '127.0.0.1,127.0.7.0/24',
        '--limit',
        '20',
        '--store',
        'FOLDER/store',
      ],
      ...['--command', 'true', '--verbose'],
    );
  });
  afterAll(() => guarded.close());

  test.each(['/install/', '/config/', '/cdist/install/', '/file/present/', '/v1/hosts', '/v1/hosts/1', '/v1/runs/1'])(
    '%s needs the token',
    async (path) => {
      // Who asked for a run may look at it without.
      const from = '127.0.7.2';
      expect(await ask(guarded, path, { from })).toMatchObject({ status: 403 });
      expect(await ask(guarded, path, { from, headers: { authorization: `Bearer ${token}x` } })).toMatchObject({
        status: 403,
      });
      expect((await ask(guarded, path, { headers: { authorization: `Bearer ${token}` } })).status).not.toBe(403);
    },
  );

  test.each(['/', '/metrics', '/hosts/1'])('%s asks a browser for it', async (path) => {
    expect(await ask(guarded, path)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Basic /) },
    });
    const basic = (password: string) => ({
      authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}`,
    });
    expect(await ask(guarded, path, { headers: basic('wrong') })).toMatchObject({ status: 403 });
    expect([200, 404]).toContain((await ask(guarded, path, { headers: basic(token) })).status);
  });

  test('firmware cannot show one: menus and files are for all that are allowed', async () => {
    expect(await ask(guarded, '/boot.ipxe', { from: '127.0.7.1' })).toMatchObject({ status: 200 });
    expect(await ask(guarded, '/files/kernel', { from: '127.0.7.1' })).toMatchObject({ status: 200 });
  });

  test.each(['/', '/boot.ipxe', '/files/kernel', '/install/', '/healthz'])(
    'an address of no network of the list gets nothing: %s',
    async (path) => {
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '127.0.0.1' };
      expect(await ask(guarded, path, { from: '127.0.8.1', headers })).toMatchObject({ status: 403 });
    },
  );

  test('a page of another site changes nothing', async () => {
    const headers = { authorization: `Bearer ${token}`, origin: 'http://elsewhere.example' };
    expect(await ask(guarded, '/v1/hosts/1/retry', { method: 'POST', headers })).toMatchObject({ status: 403 });
  });

  test('one address cannot keep the server from the others', async () => {
    const many = await Promise.all(Array.from({ length: 60 }, () => ask(guarded, '/healthz', { from: '127.0.7.9' })));
    const refused = many.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect(await ask(guarded, '/healthz', { from: '127.0.7.10' })).toMatchObject({ status: 200 });
  });

  test('the token is in no log, no list of arguments and no state', async () => {
    const words = await readFile(`/proc/${guarded.server.process.pid}/cmdline`, 'utf8');
    const database = await readFile(join(guarded.folder, 'state/serve.db'), 'latin1');
    expect(guarded.server.log()).toContain('GET /install/: 200');
    for (const text of [words, guarded.server.log(), database]) expect(text).not.toContain(token);
  });
});

describe('what cannot be served', { timeout: limit }, () => {
  test.each([
    ['machines:\n  - mac: nonsense\n    boot: local\n', /profiles\.yaml:3:10: machines\.0\.mac/],
    ['machines:\n  - boot: local\n', /profiles\.yaml:3:5: machines\.0.*neither mac nor uuid/],
    [
      'machines:\n  - mac: 52:54:00:00:00:01\n    boot: nosuch\n',
      /profiles\.yaml:4:11: machines\.0\.boot: there is no nosuch/,
    ],
    ['others: [\n', /profiles\.yaml:3:/],
  ])('profiles with a mistake stop it with the line: %j', async (text, expected) => {
    const folder = await mkdtemp(join(tmpdir(), 'gandi-serve-'));
    const path = join(folder, 'profiles.yaml');
    await writeFile(path, `version: 1\n${text}`);
    const { exitCode, stderr } = await serving.run('serve', '--profiles', path, '--state', folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringMatching(expected) });
  });

  test.each([
    [['--command', "'unclosed"], 2, /quote that is never closed/],
    [['--command', 'run {nonsense}'], 2, /\{nonsense\}/],
    [['--jobs', '0'], 2, /--jobs/],
    [['--listen', 'localhost'], 2, /is not an address/],
    [['--allow', '10.0.0.0/33'], 2, /10\.0\.0\.0\/33/],
    [['--store', '/nowhere/at/all'], 3, /serve\.store-missing/],
    [['--token-file', '/nowhere/token'], 3, /serve\.token-missing/],
    [['--pxe', 'nosuch0'], 3, /serve\.no-address/],
  ])('%j ends with %d', async (words, status, expected) => {
    const { exitCode, stderr } = await serving.run('serve', ...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: status, stderr: expect.stringMatching(expected) });
  });

  test('a token that others can read is refused', async () => {
    const path = join(serving.folder, 'exposed');
    await writeFile(path, 'a-token-of-the-test-0123456789', { mode: 0o644 });
    expect(await serving.run('serve', '--token-file', path)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('serve.token-exposed'),
    });
  });

  test('a port that another server has is told', async () => {
    const second = await startServing().then(async (other) => {
      const answer = await serving.run(
        'serve',
        '--port',
        String(serving.port),
        '--state',
        join(other.folder, 'second'),
      );
      await other.close();
      return answer;
    });
    expect(second).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('serve.cannot-listen') });
  });
});
