import { describe, expect, test } from 'vitest';
import { chooseBoot } from '../../../../../src/provision/serve/menus/choose-boot.ts';
import { machineOf } from '../../../../../src/provision/serve/profiles/machine-of.ts';
import { parseProfiles } from '../../../../../src/provision/serve/profiles/parse-profiles.ts';

const text = `version: 1
boots:
  preos: { kernel: preos/kernel, initrd: preos/initramfs, arguments: console=ttyS0 }
machines:
  - name: node1
    mac: [52-54-00-12-34-56, "52:54:00:12:34:57"]
    boot: preos
  - uuid: 0B6AC1B2-6D2E-4D0C-8A0E-1F2E3D4C5B6A
    boot: local
`;

describe('profiles', () => {
  const profiles = parseProfiles(text);
  if ('mistakes' in profiles) throw new Error('the profiles of this test have mistakes');

  test('are YAML, and JSON is YAML', () => {
    expect(profiles.machines[0]).toMatchObject({ mac: ['52:54:00:12:34:56', '52:54:00:12:34:57'], replace: false });
    expect(parseProfiles(JSON.stringify({ version: 1, machines: [] }))).toMatchObject({ others: 'local', boots: {} });
  });

  test('have a machine by any of its MAC addresses or its UUID', () => {
    expect(machineOf(profiles, { mac: '52:54:00:12:34:57' })?.name).toBe('node1');
    expect(machineOf(profiles, { uuid: '0b6ac1b2-6d2e-4d0c-8a0e-1f2e3d4c5b6a' })?.boot).toBe('local');
    expect(machineOf(profiles, { mac: '52:54:00:00:00:00' })).toBeUndefined();
  });

  test('say what it boots, until it is installed', () => {
    const [machine] = profiles.machines;
    expect(chooseBoot(profiles, machine, undefined)).toMatchObject({
      kind: 'system',
      kernel: 'preos/kernel',
      initrds: ['preos/initramfs'],
    });
    expect(chooseBoot(profiles, machine, { state: 'done', step: 'agent-done' })).toEqual({ kind: 'local' });
    expect(chooseBoot(profiles, undefined, undefined)).toEqual({ kind: 'local' });
  });

  test.each([
    ['version: 2\n', 1, 10, 'version'],
    ['version: 1\nmachine: []\n', 2, 10, 'machine is not a key'],
    ['version: 1\nboots:\n  preos: { kernel: ../kernel }\n', 3, 20, 'boots.preos.kernel'],
    ['version: 1\nboots:\n  preos: { kernel: a/.b }\n', 3, 20, 'starts with a dot'],
    ['version: 1\nboots:\n  preos: { kernel: "a b" }\n', 3, 20, 'boots.preos.kernel'],
    ['version: 1\nboots:\n  preos:\n    kernel: k\n    arguments: "a\\nb"\n', 5, 16, 'boots.preos.arguments'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of GRUB
    ['version: 1\nboots:\n  preos:\n    kernel: k\n    arguments: "a ${b}"\n', 5, 16, '${'],
    ["version: 1\nboots:\n  preos:\n    kernel: k\n    arguments: it's\n", 5, 16, "'"],
    ['version: 1\nboots:\n  preos:\n    kernel: k\n    initrd: [a, /b]\n', 5, 17, 'boots.preos.initrd'],
    ['version: 1\nboots:\n  local: { kernel: k }\n', 3, 10, 'own disk'],
    ['version: 1\nothers: nosuch\n', 2, 9, 'nosuch'],
    ['version: 1\nmachines:\n  - { mac: "52:54:00:12:34:5", boot: local }\n', 3, 12, 'MAC'],
    [
      'version: 1\nmachines:\n  - { mac: "52:54:00:12:34:56", boot: local }\n  - { mac: "52:54:00:12:34:56", boot: local }\n',
      4,
      12,
      'machines.0 too',
    ],
    [
      'version: 1\nmachines:\n  - mac: "52:54:00:12:34:56"\n    boot: local\n    payload: relative\n',
      5,
      14,
      'absolute',
    ],
    ['version: 1\nversion: 1\n', 2, 1, 'unique'],
    ['version: 1\n\tx: y\n', 2, 1, ''],
    ['', 1, 1, ''],
  ])('with a mistake have its line and column: %j', (wrong, line, column, named) => {
    expect(parseProfiles(wrong)).toEqual({ mistakes: [{ line, column, problem: expect.stringContaining(named) }] });
  });

  test('have all mistakes told at once', () => {
    const wrong = 'version: 1\nmachines:\n  - { mac: x, boot: local }\n  - { mac: y, boot: local }\n';
    expect(parseProfiles(wrong)).toMatchObject({ mistakes: [{ line: 3 }, { line: 4 }] });
  });
});
