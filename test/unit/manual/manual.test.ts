import { expect, test } from 'vitest';
import { flagTable } from '../../../src/agent/flags/flag-table.ts';
import { agent } from '../../../src/agent/main.ts';
import { callsOf, commandsOf } from '../../../src/core/command/command.ts';
import { renderAgentManual } from '../../../tools/manual/agent-manual.ts';
import { renderFlagsManual } from '../../../tools/manual/flags-manual.ts';
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
