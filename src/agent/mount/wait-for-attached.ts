import type { System } from '../../core/system/system.ts';
import { openUdevMonitor } from './udev-monitor.ts';
import { waitUntilDisksAreDone } from './wait-until-empty.ts';

/**
 * Does what has the kernel find a disk, and waits until udev has looked at it and the agent has answered: it is mounted then, or was
 * left alone.
 * @param seconds after which it is not waited for
 */
export async function waitForAttached<T>(system: System, act: () => Promise<T>, seconds: number): Promise<T> {
  const monitor = await openUdevMonitor(system);
  let timer: NodeJS.Timeout | undefined;
  try {
    const result = await act();
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    });
    await Promise.race([monitor.first, late]);
    await system.processes.run('udevadm', ['settle', `--timeout=${seconds}`], { acceptExitCodes: [1] });
    await waitUntilDisksAreDone(system, seconds);
    return result;
  } finally {
    clearTimeout(timer);
    await monitor.stop();
  }
}
