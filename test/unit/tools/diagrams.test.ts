import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { twelveDisks } from '../agent/disk/listed-disk-example.ts';
import { bootDiagram } from '../../../tools/diagrams/boot.ts';
import { diskLifeDiagram } from '../../../tools/diagrams/disk-life.ts';
import { drawDiagram } from '../../../tools/diagrams/draw-diagram.ts';

describe('the boot', () => {
  const isOurs = (name: string) => existsSync(`systemd/${name}`);
  const order = (name: string, key: 'After' | 'Before') =>
    isOurs(name)
      ? [...readFileSync(`systemd/${name}`, 'utf8').matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].flatMap(
          ([, names = '']) => names.split(/\s+/),
        )
      : [];

  const atUnits = bootDiagram.arrows.flatMap(([from, to]) =>
    to !== 'console' && [from, to].some(isOurs) ? [{ from, to }] : [],
  );

  test.each(atUnits)('$from comes before $to, as a unit file says', ({ from, to }) => {
    expect(order(to, 'After').includes(from) || order(from, 'Before').includes(to)).toBe(true);
  });

  test('has every service of ours', () => {
    const names = ['bootstrap', 'config', 'hotplug', 'mount', 'network', 'postboot'];
    expect(Object.keys(bootDiagram.nodes)).toEqual(
      expect.arrayContaining(names.map((name) => `gandi-${name}.service`)),
    );
  });
});

test("a disk's states are those of disk list", () => {
  const summaries = twelveDisks.map(({ summary }) => summary.replace(/ at .*/, ''));
  for (const name of ['blank', 'mounted', 'unmounted']) {
    const [state = ''] = diskLifeDiagram.nodes[name]?.lines ?? [];
    expect(summaries).toContain(state.replace(/ at .*/, ''));
  }
});

describe('a drawing', () => {
  const drawn = drawDiagram({
    title: 'a < b',
    nodes: {
      a: { column: 0, row: 0, owner: 'agent', lines: ['a', 'x & y'] },
      b: { column: 1, row: 0, owner: 'system', lines: ['b'] },
    },
    arrows: [['a', 'b', 'makes\nit']],
  });

  test('has texts that are only text', () => {
    expect(drawn).toContain('<title>a &lt; b</title>');
    expect(drawn).toContain('>x &amp; y</text>');
  });

  test('has an arrow from the border of one box to that of the other', () => {
    expect(drawn).toContain('<line x1="210" y1="78" x2="320" y2="78"');
  });
});
