import { resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { type Terminal, widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { renderTable, titled } from '../../core/command/render-table.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { openJournal } from '../../core/system/journal.ts';
import { makeOwnFolder, removeTree } from '../../core/system/own-tree.ts';
import { openSystem } from '../../core/system/system.ts';
import type { ImageFacts, SystemFacts } from '../image/inspect/image-facts.ts';
import { inspectImage } from '../image/inspect/inspect-image.ts';
import type { Login } from '../image/inspect/logins.ts';

export const imageInspectCommand = defineCommand({
  name: 'inspect',
  summary: 'tell what is in an image: partitions, packages, who can log in, and what its build left',
  details: 'The image is not changed, and nothing is mounted. Packages and logins are read from an ext file system.',
  options: {
    json: { description: 'print JSON for programs, with every package' },
  },
  operands: { image: { hint: 'IMAGE', description: 'an image that qemu-img knows', completion: 'file' } },
  examples: [{ words: 'debian-12.qcow2', does: 'tell what is in this image' }],
  run: async ({ image, json }, terminal) => {
    const system = openSystem('/', openJournal('error'));
    const path = resolve(image);
    if ((await system.files.status(path)) === undefined) throw missing(image);
    const folder = await makeOwnFolder(`${tmpdir()}/gandi-inspect.`);
    try {
      const facts = await inspectImage(path, folder, system);
      if (json) terminal.json(facts);
      else show(facts, terminal);
    } finally {
      await removeTree(folder);
    }
    return ExitCode.done;
  },
});

function show({ format, bytes, table, partitions, system }: ImageFacts, terminal: Terminal): void {
  terminal.out(`${format}, ${size(bytes)}, ${table === '' ? 'no partition table' : `partition table ${table}`}`);
  const rows = partitions.map((each) => [
    String(each.number),
    size(each.bytes),
    each.fileSystem,
    each.label,
    each.name,
  ]);
  const columns = titled('PARTITION', 'SIZE', 'FILE SYSTEM', 'LABEL', 'NAME');
  for (const line of renderTable(columns, rows, widthOf(terminal))) terminal.out(line);
  if (system === null) terminal.out('no file system of it holds a system that can be read here');
  else showSystem(system, terminal);
}

function showSystem({ name, packages, logins, leftovers }: SystemFacts, terminal: Terminal): void {
  terminal.out(`${name}, ${packages.length} packages`);
  if (logins.length === 0) terminal.out('nobody can log in until the machine is configured');
  for (const login of logins) terminal.out(`${login.user} can log in: ${ways(login)}`);
  for (const { path, reason } of leftovers) terminal.out(`left over: ${path}: ${reason}`);
  if (leftovers.length === 0) terminal.out('nothing of the build is left');
}

function ways({ hasPassword, isOpen, keys }: Login): string {
  return [
    ...(isOpen ? ['without a password'] : []),
    ...(hasPassword ? ['with a password'] : []),
    ...(keys > 0 ? [`with ${keys} ${keys === 1 ? 'key' : 'keys'}`] : []),
  ].join(', ');
}

function size(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes < 10_000 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

function missing(image: string): AgentError {
  return new AgentError('there is no such file', {
    code: 'inspect.missing',
    subject: image,
    remedy: 'name an image, such as a raw or qcow2 file',
  });
}
