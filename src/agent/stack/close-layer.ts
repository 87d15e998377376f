import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { uuidsOfVolume } from './layer-kind.ts';
import { requireBroken } from './require-broken.ts';
import type { StackLayer } from './stack.ts';

/** Takes one layer of a stack down, of which nothing is in use any more. */
export interface CloseLayer {
  readonly kind: 'close-layer';
  readonly layer: LayerName;
  /** Kernel name, `dm-0`. */
  readonly name: string;
  readonly mapperName: string | null;
  /** Which mapping is meant, should its kernel name be used again. */
  readonly mapperUuid: string | null;
  /** A disk beneath is gone: nothing can be written any more, and programs that have it open get an error. */
  readonly isForced: boolean;
}

export const closeLayerKind: ActionKind<CloseLayer> = {
  kind: 'close-layer',
  describe: ({ name, mapperName, isForced }) =>
    `close ${mapperName ?? name}${isForced ? ', as a disk beneath it is gone' : ''}`,
  deviceOf: ({ name }) => `/dev/${name}`,
  apply: closeLayer,
};

/** @returns no action for what the agent does not know */
export function planClose({ name, kind, mapperName, mapperUuid }: StackLayer, isForced: boolean): CloseLayer[] {
  if (kind === null) return [];
  return [{ kind: 'close-layer', layer: kind, name, mapperName, mapperUuid, isForced }];
}

const closeSeconds = 30;

/**
 * No tool closes what is open. Of a stack whose disk is gone no tool can ask the disk:
 * device-mapper drops the mapping, or lets each access fail where programs hold it open.
 * @throws AgentError `layer.in-use` or `layer.not-broken` before anything is done, `layer.still-open`, `process.*`
 */
async function closeLayer(action: CloseLayer, system: System): Promise<void> {
  if (!(await isThere(action, system))) return;
  await close(action, system);
  if (action.layer !== 'md') return;
  await removeEmptyArray(action, system).catch((error: unknown) =>
    system.journal.warn(`/dev/${action.name}: it is closed, and an empty array may stay: ${describeError(error)}`),
  );
}

const settleSeconds = 5;
const attempts = 3;

/**
 * The kernel makes an array again, without a member, where udev opens the node of one that was stopped to see what changed (tried with
 * Linux 6.1). It would stay until a reboot.
 */
async function removeEmptyArray({ name }: CloseLayer, { files, processes }: System): Promise<void> {
  const stateOf = () => files.read(`/sys/class/block/${name}/md/array_state`).catch(() => undefined);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const settle = ['settle', `--timeout=${settleSeconds}`];
    await processes.run('udevadm', settle, { timeoutSeconds: 2 * settleSeconds, acceptExitCodes: [1] });
    if ((await stateOf())?.trim() !== 'clear') return;
    await processes.run('mdadm', ['--stop', `/dev/${name}`], { timeoutSeconds: closeSeconds, acceptExitCodes: [1] });
  }
}

async function close(action: CloseLayer, system: System): Promise<void> {
  const [tool, ...args] = commandFor(action);
  const options = { timeoutSeconds: closeSeconds };
  if (!action.isForced) {
    await requireNothingOn(action, system);
    await system.processes.run(tool, args, options);
    return;
  }
  await requireBroken(system, action.name);
  const { stderr } = await system.processes.run(tool, args, { ...options, acceptExitCodes: [1] });
  if (!(await isThere(action, system))) return;
  // Programs that have it open get errors from now on. It goes by itself when the last of them closes it.
  const mapping = action.mapperName ?? action.name;
  const deferred = ['remove', '--deferred', '--', mapping];
  if (action.layer !== 'md') await system.processes.run('dmsetup', deferred, { ...options, acceptExitCodes: [1] });
  if (!(await isThere(action, system))) return;
  throw new AgentError('cannot close it: programs have it open, and get an error for what they do with it', {
    code: 'layer.still-open',
    subject: `/dev/${action.name}`,
    remedy: `end them: \`fuser -m /dev/${action.name}\` names them; it is closed with the last one`,
    exitCode: ExitCode.refusedToProtectData,
    cause: stderr.trim(),
  });
}

/** What was opened on it since the stack was looked at. The tools refuse it as well, each with its own words. */
async function requireNothingOn({ name }: CloseLayer, { files }: System): Promise<void> {
  const holders = await files.list(`/sys/class/block/${name}/holders`);
  if (holders.length === 0) return;
  throw new AgentError(`cannot close it: ${holders.join(', ')} was opened on it meanwhile`, {
    code: 'layer.in-use',
    subject: `/dev/${name}`,
    remedy: 'detach the disk again',
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function isThere({ name, mapperUuid, layer }: CloseLayer, { files }: System): Promise<boolean> {
  const folder = `/sys/class/block/${name}`;
  if (layer === 'md') return isStarted(await files.read(`${folder}/md/array_state`).catch(() => undefined));
  const uuid = await files.read(`${folder}/dm/uuid`).catch(() => undefined);
  return uuid !== undefined && uuid.trim() === mapperUuid;
}

/** Documentation/admin-guide/md.rst: `clear` is an array that is stopped. */
function isStarted(state: string | undefined): boolean {
  return state !== undefined && state.trim() !== 'clear';
}

type CommandLine = readonly [tool: string, ...args: string[]];

function commandFor({ layer, name, mapperName, mapperUuid, isForced }: CloseLayer): CommandLine {
  const mapping = mapperName ?? name;
  if (layer === 'md') return ['mdadm', '--stop', `/dev/${name}`];
  if (isForced) return ['dmsetup', 'remove', '--force', '--', mapping];
  switch (layer) {
    case 'lvm': {
      const uuids = uuidsOfVolume(mapperUuid);
      const which = `vg_uuid=${uuids?.group} && lv_uuid=${uuids?.volume}`;
      return ['lvm', 'lvchange', '--activate', 'n', '--select', which];
    }
    case 'luks':
      return ['cryptsetup', 'close', '--', mapping];
    case 'multipath':
      return ['multipath', '-f', mapping];
  }
}
