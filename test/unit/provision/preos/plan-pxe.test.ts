import { describe, expect, test } from 'vitest';
import { type Bootable, planPxe } from '../../../../src/provision/preos/plan-pxe.ts';

const found: Bootable = {
  kernels: ['vmlinuz-6.1.0-9-amd64'],
  hasPxelinux: true,
  hasLdlinux: true,
  hasGrub: true,
  hasShim: true,
};
const paths = (bootable: Bootable) => planPxe('/tree', bootable, ['ttyS0']).files.map(({ path }) => path);

describe('a PXE folder', () => {
  test('is for BIOS, and for UEFI and iPXE where the tree has their loaders', () => {
    const bios = ['kernel', 'pxelinux.0', 'ldlinux.c32', 'pxelinux.cfg/default'];
    expect(paths({ ...found, hasGrub: false, hasShim: false })).toEqual(bios);
    expect(paths({ ...found, hasShim: false })).toEqual([...bios, 'grubx64.efi', 'grub/grub.cfg', 'boot.ipxe']);
    expect(paths(found)).toContain('bootx64.efi');
  });

  test('has the newest kernel, by number', () => {
    const kernels = ['vmlinuz-6.1.0-9-amd64', 'vmlinuz-6.1.0-29-amd64', 'vmlinuz-5.10.0-30-amd64'];
    expect(planPxe('/tree', { ...found, kernels }, [])).toMatchObject({
      kernel: 'vmlinuz-6.1.0-29-amd64',
      otherKernels: ['vmlinuz-6.1.0-9-amd64', 'vmlinuz-5.10.0-30-amd64'],
    });
  });

  test('has the kernel speak where it is told to', () => {
    const texts = planPxe('/tree', found, ['tty0', 'ttyS0,115200']).files.map((file) =>
      'content' in file ? file.content : '',
    );
    for (const text of texts.filter((each) => each !== '')) expect(text).toContain('console=tty0 console=ttyS0,115200');
  });

  test.each([
    [{ kernels: [] }, 'preos.no-kernel'],
    [{ hasPxelinux: false }, 'preos.no-loader'],
    [{ hasLdlinux: false }, 'preos.no-loader'],
  ])('is refused with %j', (missing, code) => {
    expect(() => planPxe('/tree', { ...found, ...missing }, [])).toThrow(expect.objectContaining({ code }));
  });
});
