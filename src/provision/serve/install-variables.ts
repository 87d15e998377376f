import type { Run } from './queue/run.ts';
import { filesPath } from './menus/store-files.ts';
import type { HostStore } from './hosts/host-store.ts';
import { machineOf } from './profiles/machine-of.ts';
import type { Profiles } from './profiles/profile-schema.ts';

export interface InstallContext {
  readonly profiles: Profiles;
  readonly storeFolder: string | undefined;
  /** This server as machines reach it. */
  readonly url: string;
}

/**
 * What the command of an installation is told of its machine: what the profile names, and where and by which key the
 * machine's agent is to post its outcome. Each attempt makes a new key.
 */
export async function installVariables(
  context: InstallContext,
  hosts: HostStore,
  run: Run,
): Promise<Record<string, string>> {
  const host = await hosts.find({ address: run.address });
  if (host === undefined || run.action !== 'install') return {};
  const machine = machineOf(context.profiles, { mac: host.mac ?? undefined, uuid: host.uuid ?? undefined });
  const { storeFolder, url } = context;
  const known = {
    GANDI_NAME: host.name,
    GANDI_MAC: host.mac,
    GANDI_UUID: host.uuid,
    GANDI_IMAGE: machine?.image === undefined || storeFolder === undefined ? null : `${storeFolder}/${machine.image}`,
    GANDI_IMAGE_URL:
      machine?.image === undefined || storeFolder === undefined ? null : `${url}${filesPath}${machine.image}`,
    GANDI_DISK: machine?.disk ?? null,
    GANDI_PAYLOAD: machine?.payload ?? null,
    GANDI_REPLACE: machine?.replace ? '1' : null,
    GANDI_OUTCOME_URL: `${url}/v1/outcome/${host.id}`,
    GANDI_OUTCOME_KEY: (await hosts.newOutcomeKey(host.id)).reveal(),
  };
  return Object.fromEntries(Object.entries(known).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
