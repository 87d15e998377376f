import type { System } from './system.ts';

export type UnitProperties = Readonly<Record<string, string>>;

// What waits for the answer, such as a stale mount that has to go, must not wait for a systemd that hangs.
const answerSeconds = 5;

/**
 * Asks systemd for properties of units, all in one question: a process takes its time.
 * @returns one set per unit in the order of the question, also for a unit that does not exist (systemctl(1), show)
 * @throws AgentError `process.failed` where systemd does not answer
 */
export async function observeUnitProperties(
  { processes }: Pick<System, 'processes'>,
  units: readonly string[],
  properties: readonly string[],
): Promise<UnitProperties[]> {
  const args = ['show', `--property=${properties.join(',')}`, '--', ...units];
  const { stdout } = await processes.run('systemctl', args, { timeoutSeconds: answerSeconds });
  return stdout.split('\n\n').map(parseProperties);
}

function parseProperties(block: string): UnitProperties {
  const pairs = block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return Object.fromEntries(pairs);
}
