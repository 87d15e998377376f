import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { cutPayload, packArchive, writeSwapDisk } from './lab/damaged-swap-disk.ts';
import { sharedGuest, test } from './lab/story.ts';
import { webServer } from './payloads.ts';

const config = JSON.stringify(webServer);
const good = [{ name: 'gandi/config', mode: 0o600 }, config] as const;
const badConfig = (text: string) => packArchive([[{ name: 'gandi/config' }, text]]);

/** What each archive holds that makes the whole payload be refused, and the code of the one error. */
const badPayloads: ReadonlyArray<readonly [string, string, () => Promise<Buffer>]> = [
  [
    'S5: a path outside gandi/',
    'payload.unsafe-path',
    () => packArchive([good, [{ name: 'gandi/../etc/shadow' }, 'x']]),
  ],
  ['S5: an absolute path', 'payload.unsafe-path', () => packArchive([good, [{ name: '/etc/shadow' }, 'x']])],
  [
    'S5: a symbolic link',
    'payload.link',
    () => packArchive([good, [{ name: 'gandi/script', type: 'symlink', linkname: '/etc/shadow' }]]),
  ],
  ['a device', 'payload.device', () => packArchive([good, [{ name: 'gandi/disk', type: 'block-device' }]])],
  [
    'S5: a set-user-ID file',
    'payload.setuid',
    () => packArchive([good, [{ name: 'gandi/script', mode: 0o4755 }, 'x']]),
  ],
  ['a member of 10 GB', 'payload.too-large', hugeMember],
  ['no JSON', 'config.invalid', () => badConfig('{"vm_hostname": "web1"')],
  ['values of the wrong type', 'config.invalid', () => badConfig('{"vm_hostname": 7, "vif": "none"}')],
  ['a clear-text password', 'config.invalid', () => badConfig('{"vm_conf": {"password": "open sesame"}}')],
];

describe('a payload that is bad', () => {
  const guest = sharedGuest({ debian: 12 });

  test.for(badPayloads)('%s: one error, nothing applied, nothing formatted', async ([name, code, pack]) => {
    const image = await writeSwapDisk(join(guest().folder, 'bad.img'), await pack());
    const before = await digest(image);
    const disk = await guest().attachDisk({ image, serial: 'gandiswap', bus: 'virtio' });
    await guest().waitFor('test -b /dev/vdb && udevadm settle');

    const { exitCode, stderr } = await guest().run('gandi-agent bootstrap');
    await disk.detach();

    expect({ name, exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(code) });
    expect(stderr.match(/^(<3>|.*\(config\.|.*\(payload\.).*$/gm)).toHaveLength(1);
    expect(stderr).not.toContain('sesame');
    expect(await digest(image)).toBe(before);
    expect(await guest().expect('cat /etc/hostname; ls /gandi 2>/dev/null; swapon --show')).toBe('debian');
    await rm(image);
  });
});

test('D2 D3 D4: a payload that was cut off stays on the disk, and boot goes on', async ({ boot }) => {
  let before = '';
  const cutOff = async (image: string) => {
    await cutPayload(image, 1024);
    before = await digest(image);
  };
  const guest = await boot({ debian: 12, payload: { config: webServer }, makeSwap: cutOff });

  expect(await guest.waitForBoot()).toBe('degraded');
  expect(await guest.expect('systemctl is-active multi-user.target')).toBe('active');
  expect(await guest.expect('systemctl --failed --no-legend --plain | cut --delimiter=" " --fields=1')).toBe(
    'gandi-bootstrap.service',
  );
  expect(await guest.expect('systemctl show --property=ExecMainStatus --value gandi-bootstrap')).toBe('3');
  const errors = await guest.expect(
    'journalctl --boot --unit=gandi-bootstrap --identifier=gandi --priority=err --output=cat',
  );
  expect(errors.split('\n')).toHaveLength(1);
  expect(errors).toContain('payload.truncated');
  expect(await guest.expect('cat /etc/hostname; ls /gandi 2>/dev/null; swapon --show')).toBe('debian');
  expect(await digest(guest.swapDisk ?? '')).toBe(before);
});

/** A header that promises 10 GB, which the disk does not have. */
async function hugeMember(): Promise<Buffer> {
  const archive = await packArchive([good, [{ name: 'gandi/script' }, 'x']]);
  const header = archive.subarray(1024, 1536);
  header.write('120000000000', 124, 'latin1');
  header.write('        ', 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return archive;
}

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
