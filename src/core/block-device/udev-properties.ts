import { AgentError } from '../error/agent-error.ts';
import { isRunningMachine, type System } from '../system/system.ts';
import { loadUdevAddon, type UdevAddon } from './udev-addon.ts';

export type UdevProperties = Record<string, string>;

/** What udev's database holds of a device, as its newest event left it: `ID_FS_TYPE`, `GANDI_DATA_DISK`. Empty if udev does not know it. */
export async function observeUdevProperties(system: System, devicePath: string): Promise<UdevProperties> {
  if (!isRunningMachine(system)) return askUdevadm(system, devicePath);
  return findProperties(theAddon(), devicePath) ?? askUdevadm(system, devicePath);
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
