import type { Action, Step } from './actions.ts';
import type { NicRecord } from './nic-records.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { NetworkModel, RenderedFile } from '../network-config/model.ts';
import type { Nic, NicFacts } from './nic-facts.ts';
import { ownFilesOf, pathsOf, wholeModel } from './nic-files.ts';
import { type Wish, wishFor } from './nic-wish.ts';
import { planReload } from './apply-network.ts';
import { planReleaseLink } from './release-link.ts';
import { planQueues } from './plan-queues.ts';
import { firstNic, planForgetRouting, planRouting } from './plan-routing.ts';
import { interfacesFile, withSourceLine } from '../network-config/renderers/ifupdown.ts';

// What a DHCP server and a router take, on a machine where everything is slow.
const secondsToAddress = 30;

/** What is to be done about a NIC, whatever happened to it: attached, renamed, gone, or another one now. */
export function planNic(facts: NicFacts, flags: Flags): Step[] {
  const { nic, records } = facts;
  const gone = records.filter((record) => isGone(record, facts));
  const steps = gone.flatMap((record) => planGone(record, facts));
  if (nic === undefined) return steps;
  return [...steps, ...planPresent(nic, facts, flags)];
}

/** Of the records of this name and this number, those whose NIC is gone. */
function isGone(record: NicRecord, { name, index, links }: NicFacts): boolean {
  const isMeant = record.index === index || record.name === name;
  return isMeant && !links.some((link) => link.index === record.index && link.physical);
}

/** Its files would hold up the next boot, which looks for the NIC. The unit of a DHCP client of ours went with it. */
function planGone(record: NicRecord, facts: NicFacts): Step[] {
  const forget: readonly Action[] = [...planForgetRouting(record, facts.ip), { kind: 'forget-nic', record }];
  return [{ name: `detach ${record.name}`, actions: [...planRelease(record, facts), ...forget] }];
}

function planRelease(record: NicRecord, facts: NicFacts): Action[] {
  const { tool } = facts.network;
  const files = ownFilesOf(record, facts);
  const isReplaced = facts.links.some(({ name, physical }) => physical && name === record.name);
  if (tool === null || files.length === 0 || isReplaced) return [];
  return [
    ...planReleaseLink(tool.name, record.name),
    ...(tool.name === 'netplan'
      ? planNetplanWithout(facts)
      : files.map(({ path }) => ({ kind: 'remove-file', path }) as const)),
    ...planReload(tool.name),
  ];
}

/** netplan has one file for all: it is drawn again, of what is there. */
function planNetplanWithout(facts: NicFacts): Action[] {
  const { links } = wholeModel([], facts);
  if (links.length > 0) return changedFiles({ links, nameservers: facts.source.model.nameservers }, facts);
  return facts.network.files.filter(({ isOurs }) => isOurs).map(({ path }) => ({ kind: 'remove-file', path }));
}

function planPresent(nic: Nic, facts: NicFacts, flags: Flags): Step[] {
  const wish = wishFor(nic, facts, flags);
  const record = facts.records.find(({ index }) => index === nic.index);
  const isNew = record?.state !== wish.state || record.note !== wish.note || record.name !== nic.name;
  const { name, index, macAddress } = nic;
  const current = { name, index, macAddress, state: wish.state, note: wish.note };
  const remember: Action = { kind: 'remember-nic', record: { ...current, isAnnounced: record?.isAnnounced ?? false } };
  const steps: Step[] = [
    {
      name: `attach ${nic.name}`,
      ...(wish.kind === 'refused' && isNew ? { problem: wish.problem } : {}),
      actions: planConfiguration(nic, wish, isNew ? [remember] : [], record === undefined, facts),
    },
    ...planQueues(nic, facts.cpus, flags),
    ...(wish.state === 'left-alone' ? [] : planRouting(nic, facts, flags)),
  ];
  if (steps.some(({ actions }) => actions.length > 0) || record === undefined || record.isAnnounced) return steps;
  return planHook(record, facts);
}

function planConfiguration(nic: Nic, wish: Wish, record: Action[], isFirst: boolean, facts: NicFacts): Action[] {
  const { dhcpClient: client, ip } = facts;
  if (wish.kind === 'client' && isFirst && client !== undefined) {
    return [...record, { kind: 'start-dhcp', link: nic.name, client }, waitForAddress(nic, true)];
  }
  const isBare = ip.addresses.length === 0;
  const isNewAndBare = isFirst && isBare;
  const lacksIpv4 = isBare && mayHaveIpv4(nic, wish);
  // At boot the tool gives the address by itself; it is waited for where there is more to do about it.
  const isAwaited = isFirst && lacksIpv4 && nic.name !== firstNic(facts);
  const wait = isAwaited ? [waitForAddress(nic, false)] : [];
  const tool = facts.network.tool;
  if (wish.kind !== 'files' || tool === null) return [...record, ...wait];
  const changed = changedFiles(wish.model, facts);
  if (!isToolToBeTold(nic, changed, isNewAndBare, facts)) return [...changed, ...record, ...wait];
  const links = wish.model.links.map(({ name }) => name);
  const apply: Action = { kind: 'apply-network', tool: tool.name, links, areNew: isNewAndBare };
  return [...changed, ...record, apply, ...(lacksIpv4 ? [waitForAddress(nic, true)] : [])];
}

/** Once it has started, the tool does not look for links that come later. While it starts it is not to be disturbed. */
function isToolToBeTold(nic: Nic, changed: readonly Action[], isNewAndBare: boolean, { toolState }: NicFacts): boolean {
  if (changed.length > 0) return toolState !== 'off';
  return isNewAndBare && toolState === 'active' && !nic.isUp;
}

function mayHaveIpv4({ name }: Nic, wish: Wish): boolean {
  if (wish.kind !== 'files') return wish.state === 'at-boot';
  return wish.model.links.some((link) => link.name === name && link.networks.some(({ family }) => family === 'ipv4'));
}

function waitForAddress({ name }: Nic, isRequired: boolean): Action {
  return { kind: 'wait-for-address', link: name, seconds: secondsToAddress, isRequired };
}

function changedFiles(model: NetworkModel, facts: NicFacts): Action[] {
  const { tool, files } = facts.network;
  const now = new Map(files.map(({ path, text }) => [path, text]));
  const rendered = tool?.render(wholeModel(model.links, facts, model.nameservers)) ?? [];
  const paths = model.links.flatMap(({ name }) => pathsOf(name, wholeModel(model.links, facts), facts));
  const wanted = [...mainFile(now, facts), ...rendered.filter(({ path }) => paths.includes(path))];
  return wanted
    .filter(({ path, content }) => now.get(path) !== content)
    .map(({ path, content, mode }) => ({ kind: 'write-file', path, content, mode, enforceMode: mode === 0o600 }));
}

/** ifupdown reads our files only if its main file says so. */
function mainFile(now: ReadonlyMap<string, string>, { network }: NicFacts): RenderedFile[] {
  if (network.tool?.name !== 'ifupdown') return [];
  return [{ path: interfacesFile, mode: 0o644, content: withSourceLine(now.get(interfacesFile)) }];
}

/** Last, when all else is as it should be. It is told once, whatever comes of it. */
function planHook(record: NicRecord, { hook }: NicFacts): Step[] {
  if (hook === undefined) return [];
  const told: Action = { kind: 'remember-nic', record: { ...record, isAnnounced: true } };
  const environment = { INTERFACE: record.name };
  const run: Action = { kind: 'run-hook', hook: 'post-iface-attach', path: hook, arguments: [], environment };
  return [{ name: `attach ${record.name}: hook`, actions: [told, run] }];
}
