import { expect, test } from 'vitest';
import { openTerminal } from '../../../../src/core/command/terminal.ts';
import { bootstrapCommand } from '../../../../src/agent/cli/bootstrap.ts';
import { listTree } from '../../../integration/agent/bootstrap/image-tree.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const hash = '$6$laboratory$KZZ1VXNiry9NvEALOo0aNo5GFN8fC7mrADyzeVVlciJksZlT2AEBVdN9jmwCmX8JqsSawc4XPnai149FhvfTP1';

async function dryRun(files: Readonly<Record<string, string>>) {
  const { root } = await machineTree({ '/etc/os-release': 'ID=debian\n', ...files });
  const before = listTree(root);
  const out: string[] = [];
  const err: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => out.push(text.replace(/\n$/, '')) }),
    () => ({ write: (text: string) => err.push(text.replace(/\n$/, '')) }),
  );
  const exitCode = await bootstrapCommand.run(['--dry-run', '--root', root], terminal);
  expect(listTree(root)).toEqual(before);
  return { exitCode, out, err };
}

test('--dry-run prints what a run on a tree under --root would do, with secrets masked, and changes nothing', async () => {
  const config = JSON.stringify({ vm_hostname: 'web1', nameservers: ['192.0.2.53'], vm_conf: { password: hash } });
  const { exitCode, out } = await dryRun({
    '/gandi/config': config,
    '/etc/hostname': 'image\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    '/etc/gandi/sysctl.conf': 'vm.swappiness = 10\n',
  });
  expect({ exitCode, out }).toEqual({
    exitCode: 0,
    out: [
      'host name: write /etc/hostname',
      'host name: write /etc/mailname',
      'hosts: write /etc/hosts',
      'root password: set password of root',
      'resolver: write /etc/resolv.conf',
      'kernel settings: make folder /etc/sysctl.d',
      'kernel settings: write /etc/sysctl.d/90-gandi.conf',
    ],
  });
});

test('--dry-run tells every mistake of a configuration, and what the other parts would do', async () => {
  const config = JSON.stringify({ vm_hostname: 'a;reboot', vm_conf: { user: '-o' } });
  const { exitCode, out, err } = await dryRun({ '/gandi/config': config, '/etc/gandi/sysctl.conf': 'x = 1\n' });
  expect(exitCode).toBe(3);
  expect(err.join('\n')).toMatch(/vm_hostname: .*vm_conf\.user: /s);
  expect(out).toContain('kernel settings: write /etc/sysctl.d/90-gandi.conf');
});

test('--dry-run of a tree that has nothing to configure says so', async () => {
  expect(await dryRun({})).toEqual({ exitCode: 0, out: ['nothing to do'], err: [] });
});
