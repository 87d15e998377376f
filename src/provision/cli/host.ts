import { type CommandFamily, widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import type { Line } from '../../core/command/line.ts';
import { renderTable, titled } from '../../core/command/render-table.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { openFiles } from '../../core/system/files.ts';
import { elapsed } from '../serve/page/elapsed.ts';
import { titleOf } from '../serve/hosts/attention.ts';
import { stepWords } from '../serve/hosts/step-words.ts';
import { defaultPort } from './defaults.ts';
import { askServer, type HostView, hostAnswer, hostsAnswer, type ServerAddress, shownHost } from './ask-server.ts';
import { hostAttach, hostDetach } from './host-disk.ts';
import { readToken } from './read-options.ts';

const options = {
  server: {
    description: 'ask this server',
    value: { hint: 'URL' },
    default: `http://127.0.0.1:${defaultPort}`,
  },
  'token-file': { description: 'show the token in this file', value: { hint: 'FILE', completion: 'file' } },
} as const;

const json = { description: 'print JSON for programs' } as const;

const host = {
  hint: 'HOST',
  description: 'the name, MAC address, UUID, address or number of a machine',
} as const;

interface Given {
  readonly server: string;
  readonly 'token-file': string | undefined;
}

async function addressOf(given: Given): Promise<ServerAddress> {
  const { server, 'token-file': file } = given;
  return { url: server, token: file === undefined ? undefined : await readToken(openFiles('/'), file) };
}

const list = defineCommand({
  name: 'list',
  summary: 'list the machines that the server has seen, and how far each is',
  options: { ...options, json },
  examples: [{ words: '', does: 'the machines of the server on this machine' }],
  run: async (values, terminal) => {
    const answer = hostsAnswer.parse(await askServer(await addressOf(values), 'GET', '/v1/hosts'));
    if (values.json) terminal.json(answer);
    else for (const line of renderHosts(answer.hosts, new Date(), widthOf(terminal))) terminal.out(line);
    return ExitCode.done;
  },
});

const show = defineCommand({
  name: 'show',
  summary: 'show a machine with its runs and the end of its log',
  options: { ...options, json },
  operands: { host },
  run: async (values, terminal) => {
    const path = `/v1/hosts/${encodeURIComponent(values.host)}`;
    const answer = shownHost.parse(await askServer(await addressOf(values), 'GET', path));
    if (values.json) terminal.json(answer);
    else for (const line of renderShown(answer, new Date(), widthOf(terminal))) terminal.out(line);
    return ExitCode.done;
  },
});

const retry = defineCommand({
  name: 'retry',
  summary: 'have a machine installed once more',
  details:
    'A run that failed is queued again. At its next network boot the machine gets what its profile says, also where it was installed already.',
  options,
  operands: { host },
  run: async (values, terminal) => {
    const path = `/v1/hosts/${encodeURIComponent(values.host)}/retry`;
    const answer = hostAnswer.parse(await askServer(await addressOf(values), 'POST', path));
    terminal.out(sentenceOf(answer.host));
    return ExitCode.done;
  },
});

const forget = defineCommand({
  name: 'forget',
  summary: 'forget a machine; it is new when it comes again',
  options,
  operands: { host },
  run: async (values) => {
    await askServer(await addressOf(values), 'DELETE', `/v1/hosts/${encodeURIComponent(values.host)}`);
    return ExitCode.done;
  },
});

export const hostCommand: CommandFamily = {
  name: 'host',
  summary: 'look at the machines that a server boots and installs, and plug disks into running ones',
  subcommands: [list, show, retry, forget, hostAttach, hostDetach],
};

function renderHosts(hosts: readonly HostView[], now: Date, width: number): Line[] {
  const rows = hosts.map((each) => [
    titleOf(each),
    each.state,
    elapsed(each.since, now),
    each.address ?? '-',
    each.mac ?? '-',
    [stepWords[each.step], each.detail ?? ''].filter((text) => text !== '').join(': '),
  ]);
  return renderTable(titled('HOST', 'STATE', 'FOR', 'ADDRESS', 'MAC', 'STEP'), rows, width);
}

function sentenceOf(each: HostView): string {
  return `${titleOf(each)}: ${each.state}, ${stepWords[each.step]}`;
}

function renderShown({ host: each, runs, log }: ReturnType<typeof shownHost.parse>, now: Date, width: number): Line[] {
  const runRows = runs.map((run) => [
    String(run.id),
    run.action,
    run.state,
    String(run.attempt),
    run.askedAt,
    run.reason ?? '',
  ]);
  return [
    sentenceOf(each),
    ...renderTable(
      titled('WHAT', 'IS'),
      [
        ['number', String(each.id)],
        ['name', each.name ?? '-'],
        ['MAC', each.mac ?? '-'],
        ['UUID', each.uuid ?? '-'],
        ['address', each.address ?? '-'],
        ['in this step for', elapsed(each.since, now)],
        ['detail', each.detail ?? '-'],
        ['last seen', `${elapsed(each.lastSeen, now)} ago`],
      ],
      width,
    ),
    ...(runs.length === 0
      ? []
      : renderTable(titled('RUN', 'ACTION', 'STATE', 'ATTEMPT', 'ASKED', 'REASON'), runRows, width)),
    ...(log.length === 0 ? [] : ['end of the log:', ...log]),
  ];
}
