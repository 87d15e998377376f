import { AgentError } from '../error/agent-error.ts';
import type { System } from '../system/system.ts';

/** What udev's database holds of a device, as its newest event left it: `ID_FS_TYPE`, `GANDI_DATA_DISK`. Empty if udev does not know it. */
export async function observeUdevProperties(system: System, devicePath: string): Promise<Record<string, string>> {
  try {
    const { stdout } = await system.processes.run('udevadm', ['info', '--query=property', `--name=${devicePath}`]);
    return parseProperties(stdout);
  } catch (error) {
    if (error instanceof AgentError && error.code === 'process.failed') return {};
    throw error;
  }
}

function parseProperties(text: string): Record<string, string> {
  const properties = Object.create(null) as Record<string, string>;
  for (const line of text.split('\n')) {
    const separator = line.indexOf('=');
    if (separator > 0) properties[line.slice(0, separator)] = line.slice(separator + 1);
  }
  return properties;
}
