import { basename } from 'node:path';
import type { AgentProcess } from './agent-process.ts';
import type { Device } from './machine.ts';
import { type Assembly, headerBytes, type Member } from './stack.ts';
import type { ToolResult } from './tools.ts';

const done: ToolResult = { exitCode: 0 };
const sector = 512;
const extentBytes = 4 * 2 ** 20;

/** lvm(8), as far as the agent asks it. */
export function lvm(agent: AgentProcess, args: readonly string[]): ToolResult {
  const { layers } = agent.world.machine;
  const selected = /vg_uuid=([\w-]+)/.exec(args.at(-1) ?? '')?.[1];
  const group = layers.assemblies.find(({ uuid }) => uuid === selected);
  switch (args[0]) {
    case 'pvs':
      return {
        ...done,
        stdout: JSON.stringify({ report: [{ pv: visibleGroups(agent).flatMap((each) => rowsOf(agent, each)) }] }),
      };
    case 'lvs':
      return {
        ...done,
        stdout: JSON.stringify({ report: [{ lv: group === undefined ? [] : [volumeRow(agent, group)] }] }),
      };
    case 'vgchange':
      return group === undefined ? done : open(agent, group, 5);
    case 'lvchange':
      return group === undefined ? done : close(agent, layers.deviceOf(group), false, 5);
    case 'pvresize':
      return growMember(agent, args.at(-1) ?? '');
    default: {
      const extended = layers.assemblies.find(({ name }) => name === args.at(-1)?.split('/')[0]);
      if (extended !== undefined) layers.grow(extended);
      return done;
    }
  }
}

export function cryptsetup(agent: AgentProcess, args: readonly string[]): ToolResult {
  if (args[0] === 'luksDump') return { ...done, stdout: '{"tokens":{}}' };
  const { layers } = agent.world.machine;
  const last = args.at(-1) ?? '';
  if (args[0] === 'open') {
    const container = memberAt(agent, args.at(-2) ?? '')?.assembly;
    if (container === undefined) return { exitCode: 1, stderr: 'not a LUKS device' };
    return open(agent, container, 2, args.includes('--readonly'));
  }
  const device = deviceCalled(agent, last);
  if (args[0] === 'close') return close(agent, device, false, 4);
  if (args[0] === 'resize' && device?.layer !== undefined) {
    const [slave] = device.layer.slaves;
    if (slave !== undefined) growMember(agent, slave.path);
    layers.grow(device.layer.assembly);
  }
  return done;
}

export function dmsetup(agent: AgentProcess, args: readonly string[]): ToolResult {
  const device = deviceCalled(agent, args.at(-1) ?? '');
  if (device?.layer === undefined) return { exitCode: 1, stderr: 'No such device or address' };
  if (args[0] === 'table') {
    const slave = device.layer.slaves[0]?.majorMinor;
    const table = `0 ${device.volume.sizeBytes / sector} crypt aes-xts-plain64 :64:logon:key 0 ${slave} ${headerBytes / sector}`;
    return { ...done, stdout: `${table}\n` };
  }
  if (args.includes('--force')) return close(agent, device, true, 1);
  device.layer.isDeferred = true;
  agent.world.machine.layers.letGo(device);
  return done;
}

export function mdadm(agent: AgentProcess, args: readonly string[]): ToolResult {
  const { machine, laws } = agent.world;
  const uuid = args.find((each) => each.startsWith('--uuid='))?.slice('--uuid='.length);
  switch (args[0]) {
    case '--examine': {
      const member = memberAt(agent, args.at(-1) ?? '');
      if (member?.assembly.kind !== 'md') return { exitCode: 1 };
      const { assembly } = member;
      return { ...done, stdout: `MD_LEVEL=raid1\nMD_DEVICES=${assembly.members.length}\nMD_UUID=${assembly.uuid}\n` };
    }
    case '--assemble': {
      const array = machine.layers.assemblies.find((each) => each.uuid === uuid);
      return array === undefined ? { exitCode: 1 } : open(agent, array, 1);
    }
    case '--stop':
      return close(agent, machine.deviceAt(args[1] ?? ''), !isWhole(agent, args[1] ?? ''), 1);
    default: {
      const device = machine.deviceAt(args[1] ?? '');
      if (device?.layer === undefined) return { exitCode: 1 };
      laws.layers.grows(device, agent);
      const { assembly } = device.layer;
      for (const member of assembly.members) machine.layers.fill(assembly, member);
      machine.layers.grow(assembly);
      return done;
    }
  }
}

/** @param refusal what the tool ends with where a member is missing */
function open(agent: AgentProcess, assembly: Assembly, refusal: number, isReadOnly = false): ToolResult {
  const { machine, laws } = agent.world;
  const { layers } = machine;
  laws.layers.opens(assembly, agent, isReadOnly);
  if (layers.deviceOf(assembly) !== undefined) return done;
  const isWhole = assembly.members.every((member) => {
    const bearer = layers.bearerOf(member);
    return bearer !== undefined && layers.isWhole(bearer) && machine.mountsOf(bearer).length === 0;
  });
  if (!isWhole || (assembly.kind === 'luks' && !assembly.hasKey)) return { exitCode: refusal, stderr: 'incomplete' };
  if (layers.isCopyOpen(assembly)) return { exitCode: refusal, stderr: 'already exists' };
  agent.effect(`opened ${assembly.name}`);
  layers.open(assembly, 'agent', isReadOnly);
  return done;
}

function close(agent: AgentProcess, device: Device | undefined, isForced: boolean, refusal: number): ToolResult {
  const { machine, laws } = agent.world;
  if (device === undefined) return { exitCode: refusal, stderr: 'no such device' };
  laws.layers.closes(device, isForced, agent);
  if (machine.layers.isInUse(device)) return { exitCode: refusal, stderr: 'device is in use' };
  agent.effect(`closed ${device.name}`);
  machine.layers.close(device);
  return done;
}

function growMember(agent: AgentProcess, path: string): ToolResult {
  const { machine, laws } = agent.world;
  const found = memberAt(agent, path);
  if (found === undefined) return { exitCode: 5, stderr: 'not a member' };
  const device = machine.layers.deviceOf(found.assembly);
  if (device !== undefined) laws.layers.grows(device, agent);
  machine.layers.fill(found.assembly, found.member);
  agent.effect(`grew ${found.assembly.name}`);
  return done;
}

function isWhole(agent: AgentProcess, path: string): boolean {
  const { machine } = agent.world;
  const device = machine.deviceAt(path);
  return device !== undefined && machine.layers.isWhole(device);
}

function memberAt(agent: AgentProcess, path: string): { assembly: Assembly; member: Member } | undefined {
  const content = agent.world.machine.deviceAt(path)?.volume.content;
  if (content?.kind !== 'member') return undefined;
  const { assembly } = content;
  const member = assembly.members.find(({ volume }) => volume.content === content);
  return member === undefined ? undefined : { assembly, member };
}

function deviceCalled(agent: AgentProcess, name: string): Device | undefined {
  return agent.world.machine.deviceAt(`/dev/mapper/${basename(name)}`);
}

/** A group is listed as soon as one of its members is there. */
function visibleGroups(agent: AgentProcess): Assembly[] {
  const { layers } = agent.world.machine;
  const groups = layers.assemblies.filter(({ kind }) => kind === 'lvm');
  return groups.filter(({ members }) => members.some((member) => layers.bearerOf(member) !== undefined));
}

function rowsOf(agent: AgentProcess, group: Assembly): object[] {
  const { layers } = agent.world.machine;
  const free = (group.members.reduce((sum, { usedBytes }) => sum + usedBytes, 0) - group.inner.sizeBytes) / extentBytes;
  return group.members.map((member) => {
    const found = layers.bearerOf(member);
    // lvmdevices(8), multipath_component_detection: a path is never taken for a physical volume.
    const bearer = found?.disk.isPath ? undefined : found;
    const mapping = bearer?.layer?.mapperName;
    const path = mapping === undefined ? bearer?.path : `/dev/mapper/${mapping}`;
    return {
      pv_name: path ?? '[unknown]',
      pv_missing: bearer === undefined ? 'missing' : '',
      pv_used: String(Math.min(member.usedBytes, group.inner.sizeBytes)),
      pv_size: String(member.usedBytes),
      pe_start: String(headerBytes),
      dev_size: String(bearer?.volume.sizeBytes ?? 0),
      vg_name: group.name,
      vg_uuid: group.uuid,
      vg_exported: '',
      vg_shared: '',
      vg_systemid: '',
      vg_extent_size: String(extentBytes),
      vg_free_count: String(free),
      lv_count: '1',
    };
  });
}

function volumeRow(agent: AgentProcess, group: Assembly): object {
  const device = agent.world.machine.layers.deviceOf(group);
  const [major = '-1', minor = '-1'] = device?.majorMinor.split(':') ?? [];
  const name = { vg_name: group.name, lv_name: 'data', lv_layout: 'linear' };
  return { ...name, lv_kernel_major: major, lv_kernel_minor: minor };
}

/** What an array does not use of a member, as the kernel tells it: `component_size` in KiB. */
export function componentKibibytes({ members }: Assembly): number {
  return Math.min(...members.map(({ usedBytes }) => usedBytes)) / 1024;
}
