import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test, vi } from 'vitest';
import { driveFiles } from '../../../../../src/provision/image/boot-test/drive-files.ts';
import { guestArguments } from '../../../../../src/provision/image/boot-test/guest-arguments.ts';
import { readReport, reportLines } from '../../../../../src/provision/image/boot-test/report.ts';

const guest = {
  image: '/out/image.qcow2',
  format: 'qcow2',
  firmware: { kind: 'bios' } as const,
  hasKvm: true,
  memoryMiB: 1024,
  volume: { kind: 'cd-rom', path: '/boot-test/drive.iso' } as const,
  consoleLog: '/boot-test/console.log',
  reportLog: '/boot-test/report,1.log',
  secondLog: '/boot-test/second.log',
};

test('a guest starts from the image alone, which is not written to', () => {
  const words = guestArguments(guest).join(' ');
  expect(words).toContain('-accel kvm -cpu host');
  expect(words).toContain(
    'if=none,id=root,format=qcow2,snapshot=on,file=/out/image.qcow2 -device virtio-blk-pci,drive=root,bootindex=0',
  );
  expect(words).toContain(
    'media=cdrom,readonly=on,file=/boot-test/drive.iso -device virtio-scsi-pci -device scsi-cd,drive=drive',
  );
  expect(words).toContain('-serial file:/boot-test/console.log -serial file:/boot-test/second.log');
  expect(words).toContain('-chardev file,id=report,path=/boot-test/report,,1.log -device virtio-serial-pci');
  expect(words).toContain('-device virtserialport,chardev=report,name=gandi-image-test');
  expect(words).not.toContain('pflash');
});

test('a payload comes on a disk with the serial that designates a swap disk', () => {
  const words = guestArguments({ ...guest, volume: { kind: 'swap-disk', path: '/boot-test/swap,1.raw' } }).join(' ');
  expect(words).toContain('-drive if=none,id=swap,format=raw,file=/boot-test/swap,,1.raw');
  expect(words).toContain('-device virtio-blk-pci,drive=swap,serial=gandiswap');
  expect(words).not.toContain('cdrom');
});

test('without virtualisation it is emulated; a comma in a path is doubled', () => {
  const words = guestArguments({ ...guest, hasKvm: false, image: '/out/a,b' }).join(' ');
  expect(words).toContain('-accel tcg');
  expect(words).toContain('file=/out/a,,b');
});

test('UEFI gets its code and variables of its own', () => {
  const firmware = { kind: 'uefi', code: '/ovmf/CODE.fd', variables: '/boot-test/VARS.fd' } as const;
  const words = guestArguments({ ...guest, firmware }).join(' ');
  expect(words).toContain('if=pflash,unit=0,format=raw,readonly=on,file=/ovmf/CODE.fd');
  expect(words).toContain('if=pflash,unit=1,format=raw,file=/boot-test/VARS.fd');
});

test('Secure Boot needs a machine whose variables only the firmware writes', () => {
  const firmware = { kind: 'secure-boot', code: '/ovmf/CODE.ms.fd', variables: '/boot-test/VARS.fd' } as const;
  const words = guestArguments({ ...guest, firmware }).join(' ');
  expect(words).toContain('-machine q35,smm=on');
  expect(words).toContain('-global driver=cfi.pflash01,property=secure,value=on');
  expect(guestArguments(guest).join(' ')).not.toContain('smm=on');
});

test('without a drive of the caller it is a NoCloud volume that has the agent report', () => {
  const { label, files } = driveFiles(undefined);
  expect(label).toBe('cidata');
  expect(files.get('user-data')).toMatch(/^#!\/bin\/sh\nreport=/);
  expect(files.get('user-data')).toContain('/dev/ttyS1');
  expect(files.has('meta-data')).toBe(true);
});

test('a config-drive of the caller gets a script that reports, unless it has one', () => {
  const own = new Map([['openstack/latest/meta_data.json', '{}']]);
  const { label, files } = driveFiles(own);
  expect(label).toBe('config-2');
  expect(files.get('openstack/latest/meta_data.json')).toBe('{}');
  expect(files.get('openstack/latest/user_data')).toMatch(/^#!\/bin\/sh\n/);
  const script = new Map([...own, ['openstack/latest/user_data', '#!/bin/sh\necho own\n']]);
  expect(driveFiles(script).files.get('openstack/latest/user_data')).toMatch(/^#!\/bin\/sh\necho own\n[\s\S]*ttyS1/);
});

test('the report waits for the end of the stage that asks for it, and the script does not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const tool = (name: string, text: string) => writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  await tool('gandi-agent', `cat ${folder}/ended; echo "{\\"words\\": \\"$*\\"}"; exit 3`);
  await tool('systemctl', 'true');
  await execa('mkfifo', [join(folder, 'ended')]);
  const port = join(folder, 'port');
  await execa('sh', ['-c', reportLines.join('\n').replace('/dev/ttyS1', port)], {
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
  expect(existsSync(port)).toBe(false);
  await writeFile(join(folder, 'ended'), '');
  const said = await vi.waitFor(() => {
    const text = readFileSync(port, 'utf8');
    expect(text).toContain(' end ');
    return text;
  });
  expect(readReport(said)).toEqual({ status: 3, text: '{"words": "status --wait --json"}' });
});

test('a report is what stands between its marks on the port for reports', () => {
  const said =
    'login: \r\n@@gandi-image-test begin\r\n{"version":"3.0.0",\r\n"steps":[]}\r\n@@gandi-image-test end 0\r\n';
  expect(readReport(said)).toEqual({ status: 0, text: '{"version":"3.0.0",\n"steps":[]}' });
  expect(readReport('@@gandi-image-test begin\n{')).toBeUndefined();
  expect(readReport('')).toBeUndefined();
});
