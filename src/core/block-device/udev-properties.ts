import { AgentError } from '../error/agent-error.ts';
import { isRunningMachine, type System } from '../system/system.ts';
import { loadUdevAddon, type UdevAddon } from './udev-addon.ts';

export type UdevProperties = Record<string, string>;

/** What udev's database holds of a device, as its newest event left it: `ID_FS_TYPE`, `GANDI_DATA_DISK`. Empty if udev does not know it. */
export async function observeUdevProperties(system: System, devicePath: string): Promise<UdevProperties> {
  if (!isRunningMachine(system)) return askUdevadm(system, devicePath);
  return findProperties(theAddon(), devicePath) ?? askUdevadm(system, devicePath);
}

/**
 * Device nodes that udev has initialized: the block devices, and others where it has initialized none of those. Empty where another
 * device manager runs, which tells udevadm(8) nothing.
 * @throws AgentError `process.missing`
 */
export async function observeInitializedNodes(system: System): Promise<string[]> {
  const nodes = findInitialized(isRunningMachine(system) ? theAddon() : undefined);
  return nodes.length > 0 ? nodes : askForInitialized(system);
}

/** Device nodes of the block devices that udev has initialized, as far as the addon can tell. */
export function findInitialized(addon: UdevAddon | undefined): string[] {
  const devices = addon?.list('block').filter(({ USEC_INITIALIZED }) => USEC_INITIALIZED !== undefined) ?? [];
  return devices.flatMap(({ DEVNAME }) => DEVNAME ?? []);
}

/** @returns undefined for a path that is not a device's own, such as a link, and without the addon */
export function findProperties(addon: UdevAddon | undefined, devicePath: string): UdevProperties | undefined {
  const device = addon?.list('block').find(({ DEVNAME }) => DEVNAME === devicePath);
  if (device === undefined) return undefined;
  const properties = Object.create(null) as UdevProperties;
  for (const [key, value] of Object.entries(device)) {
    if (value !== null && key !== 'syspath') properties[key] = value;
  }
  return properties;
}

let addon: { readonly loaded: UdevAddon | undefined } | undefined;

/** Looked for once, when something is asked: most commands ask nothing. */
function theAddon(): UdevAddon | undefined {
  addon ??= { loaded: loadUdevAddon() };
  return addon.loaded;
}

/** udevadm(8) describes each device in lines, ended by an empty one. */
async function askForInitialized(system: System): Promise<string[]> {
  const known: string[] = [];
  let node: string | undefined;
  let isInitialized = false;
  await system.processes.follow('udevadm', ['info', '--export-db'], (line) => {
    node = /^E: DEVNAME=(.+)$/.exec(line)?.[1] ?? node;
    isInitialized ||= line.startsWith('E: USEC_INITIALIZED=');
    if (line !== '') return;
    if (node !== undefined && isInitialized) known.push(node);
    node = undefined;
    isInitialized = false;
  });
  return known;
}

async function askUdevadm(system: System, devicePath: string): Promise<UdevProperties> {
  try {
    const { stdout } = await system.processes.run('udevadm', ['info', '--query=property', `--name=${devicePath}`]);
    return parseProperties(stdout);
  } catch (error) {
    if (error instanceof AgentError && error.code === 'process.failed') return {};
    throw error;
  }
}

function parseProperties(text: string): UdevProperties {
  const properties = Object.create(null) as UdevProperties;
  for (const line of text.split('\n')) {
    const separator = line.indexOf('=');
    if (separator > 0) properties[line.slice(0, separator)] = line.slice(separator + 1);
  }
  return properties;
}
