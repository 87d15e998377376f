import { flagTable } from '../../src/agent/flags/flag-table.ts';
import { bold, escapeRoff, paragraphs, seeAlsoLines, titleLine } from './roff.ts';

/** gandi(5): the flags file, from the table that the parser and the shipped file are made of. */
export function renderFlagsManual(): string {
  const flags = Object.entries(flagTable).flatMap(([name, { meaning, default: value }]) => [
    '.TP',
    bold(name),
    `${escapeRoff(capitalised(meaning))}. Default: ${value === '' ? 'empty' : bold(value, 'inline')}.`,
  ]);
  return paragraphs([
    titleLine('GANDI', 5),
    '.SH NAME',
    'gandi \\- flags of gandi-agent: what it may do on this machine',
    '.SH SYNOPSIS',
    bold('/etc/default/gandi'),
    '.br',
    bold('/etc/sysconfig/gandi'),
    '.SH DESCRIPTION',
    'The first of these files that exists is read. A line is an assignment as a shell has it:',
    `${bold('NAME=value', 'inline')}, with or without quotes, ${bold('export', 'inline')}, spaces around the sign and a comment behind it.`,
    'An empty value is the default. An invalid value is warned about in the journal, with its line, and the default is used.',
    'Other names are left alone.',
    'A change takes effect with the next stage or hotplug event; nothing has to be restarted.',
    `${bold('gandi-agent validate', 'inline')} checks the file.`,
    '.SH FLAGS',
    ...flags,
    ...seeAlsoLines(['gandi-agent(8)', 'gandi-disks(7)', 'gandi-hooks(7)']),
  ]);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
