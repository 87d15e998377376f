import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { flagTable } from '../../../src/agent/flags/flag-table.ts';
import { commands } from '../../../src/agent/main.ts';
import { renderAgentManual } from '../../../tools/manual/agent-manual.ts';
import { renderFlagsManual } from '../../../tools/manual/flags-manual.ts';
import { escapeRoff } from '../../../tools/manual/roff.ts';

test('the pages are what the tables say; `make generated` writes them', () => {
  expect(readFileSync('man/gandi.5', 'utf8')).toBe(renderFlagsManual());
  expect(readFileSync('man/gandi-agent.8', 'utf8')).toBe(renderAgentManual(commands));
});

test('every flag and every command has its entry', () => {
  const page = renderFlagsManual();
  for (const name of Object.keys(flagTable)) expect(page).toContain(`\n.B ${name}\n`);
  for (const { name } of commands) expect(renderAgentManual(commands)).toContain(`\n.B ${escapeRoff(name)}`);
});

test('what man(7) takes for its own is escaped', () => {
  expect(escapeRoff('.x -y \\z')).toBe('\\&.x \\-y \\ez');
});
