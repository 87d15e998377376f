import { ownProcessName } from '../../../../src/core/system/process-start.ts';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { readBlockDevices } from '../../../../src/provision/image/block-device/block-devices.ts';
import { bareFileSystem } from '../../../../src/provision/image/block-device/root-parameters.ts';
import { makeDisks } from '../../../../src/provision/image/output/make-disks.ts';
import { makeOutputs } from '../../../../src/provision/image/output/make-outputs.ts';
import type { OutputRequest } from '../../../../src/provision/image/output/output-request.ts';

const system = openSystem('/', openJournal('error'));

let tree: string;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'outputs-tree-'));
  const run = (script: string) => execFileSync('sh', ['-euc', script], { cwd: tree });
  run(`mkdir -p boot/efi/EFI/BOOT dev etc proc sys tmp srv/data usr/bin
    chmod 1777 tmp; echo loader > boot/efi/EFI/BOOT/BOOTX64.EFI; echo kernel > boot/vmlinuz; echo data > srv/data/file
    cp /bin/true usr/bin/tool; chmod 4755 usr/bin/tool; ln usr/bin/tool usr/bin/other; ln -s tool usr/bin/link
    touch etc/owned; chown 1000:2000 etc/owned; echo own > etc/attribute; setfattr -n user.own -v yes etc/attribute
    echo in-use > proc/version; mkfifo etc/pipe; head -c 3000000 /dev/urandom > usr/content`);
  return () => rm(tree, { recursive: true });
});

describe('archives', () => {
  test('have owners, links and attributes, and nothing of /proc and /sys', async () => {
    const { out } = await make(bareFileSystem, { types: ['tar', 'tgz', 'squashfs'] });
    const names = execFileSync('tar', ['-tvf', join(out, 'image.tar')], { encoding: 'utf8' });
    expect(names).toMatch(/1000\/2000 .*\.\/etc\/owned/);
    expect(names).toMatch(/^-rwsr-xr-x .*usr\/bin\/(?:tool|other)$/m);
    expect(names).not.toMatch(/proc|sys/);
    expect(execFileSync('tar', ['--xattrs', '-tvvf', join(out, 'image.tar')], { encoding: 'utf8' })).toContain(
      'user.own',
    );
    expect(execFileSync('unsquashfs', ['-l', join(out, 'image.squash')], { encoding: 'utf8' })).toContain(
      'usr/content',
    );
    expect(execFileSync('gzip', ['-t', join(out, 'image.tgz')]).length).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['image.squash', 'image.tar', 'image.tgz']);
  });
});

describe('a disk', () => {
  test('is one file system where nothing else is described', async () => {
    const { out, outputs } = await make(bareFileSystem, { types: ['raw', 'qcow2'] });
    const raw = join(out, 'image.raw');
    expect(outputs.map(({ type }) => type)).toEqual(['raw', 'qcow2']);
    check(raw);
    expect(stat(raw, '/etc/owned')).toMatch(/User:\s+1000\s+Group:\s+2000/);
    expect(stat(raw, '/usr/bin/tool')).toMatch(/Links: 2/);
    expect(
      execFileSync('debugfs', ['-R', 'ea_list /etc/attribute', raw], { encoding: 'utf8', stdio: 'pipe' }),
    ).toContain('yes');
    expect(execFileSync('qemu-img', ['info', join(out, 'image.qcow2')], { encoding: 'utf8' })).toContain('zstd');
    const { blocks } = JSON.parse(execFileSync('stat', ['-c', '{"blocks": %b}', raw], { encoding: 'utf8' }));
    expect(blocks * 512).toBeLessThan(outputs[0]?.bytes ?? 0);
  });

  test('has a table, and each part of the tree in its own file system', async () => {
    const { out } = await make(layout('gpt', 'ext4'), { types: ['raw'] });
    const raw = join(out, 'image.raw');
    const table = execFileSync('sfdisk', ['--json', raw], { encoding: 'utf8' });
    const { partitions } = JSON.parse(table).partitiontable;
    expect(partitions.map(({ name }: { name: string }) => name)).toEqual(['ESP', 'data', 'swap', 'root']);
    const at = (index: number) => partitions[index].start * 512;
    const esp = execFileSync('mdir', ['-/', '-b', '-i', `${raw}@@${at(0)}`, '::'], { encoding: 'utf8' });
    expect(esp).toContain('::/EFI/BOOT/BOOTX64.EFI');
    check(`${raw}?offset=${at(1)}`);
    check(`${raw}?offset=${at(3)}`);
    expect(stat(`${raw}?offset=${at(1)}`, '/file')).toContain('Type: regular');
    const below = execFileSync('debugfs', ['-R', 'ls -p /srv/data', `${raw}?offset=${at(3)}`], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(below).not.toContain('file');
    expect(
      execFileSync('blkid', ['-p', '-O', String(at(2)), '-o', 'value', '-s', 'LABEL', raw], { encoding: 'utf8' }),
    ).toBe('mkfs_swap\n');
    expect(readFileSync(join(tree, 'srv/data/file'), 'utf8')).toBe('data\n');
    expect(existsSync(join(tree, 'boot/efi/EFI/BOOT/BOOTX64.EFI'))).toBe(true);
  });

  test.each(['ext2', 'ext3', 'xfs', 'btrfs'])('is filled with %s', async (type) => {
    const { out } = await make(layout('mbr', type), { types: ['raw'], size: { ...sizes, imageGib: 0.7 } });
    const raw = join(out, 'image.raw');
    const { partitions } = JSON.parse(execFileSync('sfdisk', ['--json', raw], { encoding: 'utf8' })).partitiontable;
    const file = join(out, 'root');
    const root = partitions.at(-1);
    execFileSync('dd', [
      `if=${raw}`,
      `of=${file}`,
      'bs=1M',
      'conv=sparse',
      'iflag=skip_bytes,count_bytes',
      `skip=${root.start * 512}`,
      `count=${root.size * 512}`,
      'status=none',
    ]);
    const checks: Record<string, () => string> = {
      xfs: () =>
        execFileSync('xfs_repair', ['-n', '-f', file], { encoding: 'utf8', stdio: 'pipe' }) + contentOfXfs(file),
      btrfs: () => execFileSync('btrfs', ['check', '--readonly', file], { encoding: 'utf8', stdio: 'pipe' }),
    };
    const said = checks[type]?.() ?? execFileSync('e2fsck', ['-fn', file], { encoding: 'utf8', stdio: 'pipe' });
    expect(said).toMatch(type === 'xfs' ? /core\.mode = 041777/ : /./);
  });

  test('is the same bytes for the same seed and time', async () => {
    const same = { types: ['raw', 'tar', 'qcow2'], seed: 'one', sourceDateEpoch: 1_700_000_000 } as const;
    const digests = async () => {
      const { out } = await make(layout('gpt', 'ext4'), same);
      return readdirSync(out).map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(out, name)))
          .digest('hex'),
      ]);
    };
    const first = await digests();
    // What reading and changing leave behind in the tree does not count.
    execFileSync('sh', ['-c', 'cat etc/attribute > /dev/null; chmod 600 etc/attribute; chmod 644 etc/attribute'], {
      cwd: tree,
    });
    expect(await digests()).toEqual(first);
  });

  test('is the same size where the file system of the tree has given a folder more blocks', async () => {
    const same = { types: ['raw'], seed: 'one', sourceDateEpoch: 1_700_000_000 } as const;
    const bytes = async () => readFileSync(join((await make(bareFileSystem, same)).out, 'image.raw'));
    const before = await bytes();
    const many = 'mkdir grown; for number in $(seq 9000); do : >grown/a-name-that-takes-some-room-$number; done';
    execFileSync('sh', ['-euc', `${many}; mv grown/* etc; rm etc/a-name-*; rmdir grown`], { cwd: tree });
    expect((await bytes()).equals(before)).toBe(true);
  });

  test.each(['vmdk', 'vdi', 'vhdx', 'vpc'] as const)('comes out as %s too', async (type) => {
    const { out } = await make(bareFileSystem, { types: [type] });
    const said = execFileSync('qemu-img', ['info', '--output=json', join(out, `image.${type}`)], { encoding: 'utf8' });
    expect(JSON.parse(said).format).toBe(type);
    expect(readdirSync(out)).toEqual([`image.${type}`]);
  });

  test('beside the first gets its own name', async () => {
    const second =
      '- local_loop: {name: image1, size: 8MiB, mkfs: {type: ext4, label: d, opts: "-J size=1", mount: {mount_point: /srv/data}}}\n';
    const { out } = await make(`${bareFileSystem}${second}`, { types: ['raw'] });
    expect(readdirSync(out).sort()).toEqual(['image-image1.raw', 'image.raw']);
    expect(stat(join(out, 'image-image1.raw'), '/file')).toContain('Type: regular');
  });

  test('too small for the tree is refused, with the size that is needed', async () => {
    const made = make(bareFileSystem, { types: ['raw'], size: { ...sizes, imageGib: 0.001 } });
    await expect(made).rejects.toMatchObject({ code: 'output.too-small', subject: '--image-size' });
  });

  test('too small for the journal is refused, with the option for it', async () => {
    const blockDevices = readBlockDevices(bareFileSystem, {
      fileSystem: 'ext4',
      label: 'own',
      options: ['-J', 'size=64'],
    });
    const made = make(bareFileSystem, { blockDevices, size: { ...sizes, journalMib: 64 } });
    await expect(made).rejects.toMatchObject({
      code: 'output.journal',
      subject: 'own',
      remedy: expect.stringContaining('--mkfs-journal-size'),
    });
  });

  test('is not mounted at a link that leads out of the tree', async () => {
    await mkdir(join(tree, 'etc/way'), { recursive: true });
    execFileSync('ln', ['-sfn', '/etc', join(tree, 'way-out')]);
    const description = layout('gpt', 'ext4').replace('/srv/data', '/way-out/way');
    await expect(make(description, { types: ['raw'] })).rejects.toMatchObject({ code: 'output.mount-point' });
    execFileSync('rm', [join(tree, 'way-out')]);
  });

  test.each(['zfs', 'f2fs'])('with %s is refused, as it cannot be made in a file', async (type) => {
    await expect(make(layout('gpt', type), { types: ['raw'] })).rejects.toMatchObject({ code: 'output.file-system' });
  });
});

describe('files of outputs', () => {
  test('have checksums for every one', async () => {
    const { out, outputs } = await make(bareFileSystem, { types: ['tar', 'raw'], checksums: ['md5', 'sha256'] });
    for (const tool of ['md5', 'sha256'])
      for (const type of ['tar', 'raw'])
        expect(execFileSync(`${tool}sum`, ['-c', `image.${type}.${tool}`], { cwd: out, encoding: 'utf8' })).toContain(
          'OK',
        );
    const tar = createHash('sha256')
      .update(readFileSync(join(out, 'image.tar')))
      .digest('hex');
    expect(outputs[0]?.checksums.sha256).toBe(tar);
  });

  test.each([
    ['kept under a name with its date', false, 2],
    ['replaced where that is asked for', true, 1],
  ])('that are older are %s', async (_, overwrite, number) => {
    const out = await folder();
    await writeFile(join(out, 'image.raw'), 'older');
    await make(bareFileSystem, { types: ['raw'], overwrite }, out);
    const names = readdirSync(out).sort();
    expect(names).toHaveLength(number);
    expect(names.filter((name) => /^image-\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d\.raw$/.test(name))).toHaveLength(
      number - 1,
    );
  });

  test('do not appear where one of them fails', async () => {
    const out = await folder();
    await writeFile(join(out, 'image.tar'), 'older');
    const made = make(layout('gpt', 'zfs'), { types: ['tar', 'raw'] }, out);
    await expect(made).rejects.toMatchObject({ code: 'output.file-system' });
    expect(readdirSync(out)).toEqual(['image.tar']);
    expect(readFileSync(join(out, 'image.tar'), 'utf8')).toBe('older');
  });
});

const sizes = { journalMib: 4, rootFileSystem: 'ext4', isEfi: false };

async function make(description: string, changes: Partial<OutputRequest>, out?: string) {
  const target = out ?? (await folder());
  const request: OutputRequest = {
    tree,
    workFolder: await folder(),
    blockDevices: readBlockDevices(description, { fileSystem: 'ext4', options: ['-i', '4096', '-J', 'size=4'] }),
    types: ['raw'],
    target: join(target, 'image'),
    size: sizes,
    compress: true,
    checksums: [],
    withDigest: false,
    overwrite: false,
    owner: ownProcessName(),
    seed: 'test',
    ...changes,
  };
  return { out: target, outputs: await makeOutputs(request, system, () => makeDisks(request, system)) };
}

/** System partition, data, swap and root. */
function layout(label: 'mbr' | 'gpt', type: string): string {
  const flags = label === 'mbr' ? ', flags: [primary]' : '';
  const kind = (code: string) => (label === 'gpt' ? `, type: ${code}` : '');
  return `
- local_loop:
    name: image0
    size: ${type === 'xfs' || type === 'btrfs' ? 600 : 120}MiB
    partitioning:
      label: ${label}
      partitions:
        - {name: ESP, size: 34MiB${kind('EF00')}${flags}, mkfs: {type: vfat, mount: {mount_point: /boot/efi}}}
        - {name: data, size: 16MiB${flags}, mkfs: {type: ext4, opts: "-J size=1", mount: {mount_point: /srv/data}}}
        - {name: swap, size: 8MiB${kind('8200')}${flags}, mkfs: {type: swap, mount: {mount_point: swap}}}
        - {name: root, size: 100%${flags}, mkfs: {type: ${type}, label: top, opts: "", mount: {mount_point: /}}}
`;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'outputs-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

function check(device: string): void {
  execFileSync('e2fsck', ['-fn', device], { stdio: 'pipe' });
}

function stat(device: string, path: string): string {
  return execFileSync('debugfs', ['-R', `stat ${path}`, device], { encoding: 'utf8', stdio: 'pipe' });
}

function contentOfXfs(file: string): string {
  const commands = ['path /tmp', 'print core.mode', 'path /usr/content', 'print core.size'];
  const said = execFileSync('xfs_db', ['-r', ...commands.flatMap((command) => ['-c', command]), file], {
    encoding: 'utf8',
  });
  expect(said).toContain(`core.size = 3000000`);
  return said;
}
