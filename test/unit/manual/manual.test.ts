import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { flagTable } from '../../../src/agent/flags/flag-table.ts';
import { agent } from '../../../src/agent/main.ts';
import { callsOf, commandsOf } from '../../../src/core/command/command.ts';
import { renderAgentManual } from '../../../tools/manual/agent-manual.ts';
import { renderDisksManual } from '../../../tools/manual/disks-manual.ts';
import { renderFlagsManual } from '../../../tools/manual/flags-manual.ts';
import { renderHooksManual } from '../../../tools/manual/hooks-manual.ts';
import { escapeRoff } from '../../../tools/manual/roff.ts';

test('every flag has its entry', () => {
  const page = renderFlagsManual();
  for (const name of Object.keys(flagTable)) expect(page).toContain(`\n.B ${name}\n`);
});

test.each(callsOf(commandsOf(agent)))('$words has its entry, and each of its options', ({ words, command }) => {
  const page = renderAgentManual();
  expect(page).toContain(`\n.B gandi\\-agent ${escapeRoff(words)}`);
  const options = page.split(`\n.SS ${escapeRoff(words)}\n`)[1] ?? '';
  for (const [name, { description }] of Object.entries(command.options)) {
    expect(options).toContain(escapeRoff(`--${name}`));
    expect(options).toContain(escapeRoff(description.slice(1)));
  }
});

test('what man(7) takes for its own is escaped', () => {
  expect(escapeRoff('.x -y \\z')).toBe('\\&.x \\-y \\ez');
});

const documentOfDisks = readFileSync('docs/data-disks.md', 'utf8');
const variables = [...documentOfDisks.matchAll(/^\| `(GANDI_\w+)` \|/gm)].map(([, name = '']) => name);

test('gandi-hooks(7) has each hook that is shipped, and each variable', () => {
  const page = renderHooksManual();
  expect(variables.length).toBeGreaterThan(5);
  for (const name of readdirSync('hooks')) expect(page).toContain(`\n.B ${escapeRoff(name)}`);
  for (const name of variables) expect(page).toContain(escapeRoff(name));
});

test('gandi-disks(7) has each platform whose disks the rules mark', () => {
  const page = renderDisksManual();
  const rules = readFileSync('rules/86-gandi.rules', 'utf8');
  const platforms = [...rules.matchAll(/GANDI_DATA_DISK_OF}="([\w-]+)"/g)].map(([, name = '']) => name);
  expect(platforms.length).toBeGreaterThan(7);
  for (const name of platforms) expect(page).toContain(`\n.B ${escapeRoff(name)}\n`);
});

test('each page of the agent names the others', () => {
  const own = ['gandi-agent(8)', 'gandi(5)', 'gandi-disks(7)', 'gandi-hooks(7)'];
  for (const file of ['gandi-agent.8', 'gandi.5', 'gandi-disks.7', 'gandi-hooks.7']) {
    const [, seeAlso = ''] = readFileSync(`man/${file}`, 'utf8').split('.SH SEE ALSO');
    const named = seeAlso.replaceAll(/\\f[BR]|\\(?=-)/g, '');
    const others = own.filter((page) => page !== file.replace(/\.(\d)$/, '($1)'));
    expect({ file, missing: others.filter((page) => !named.includes(page)) }).toEqual({ file, missing: [] });
  }
});
