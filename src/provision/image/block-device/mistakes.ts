import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';

/** Something that is wrong in a description of block devices. */
export interface Mistake {
  /** `label`, `size`, `partitions`: the end of the error's code, `block-device.label`. */
  readonly problem: string;
  /** The node or entry concerned, as the reader can find it: `mkfs_root`, `entry 2`. */
  readonly where: string;
  readonly what: string;
}

/** @throws AgentError `block-device.PROBLEM` of the first mistake, with all of them in its message */
export function refuseIfAny(mistakes: readonly Mistake[]): void {
  const [first] = mistakes;
  if (first === undefined) return;
  const all = mistakes.map(({ where, what }) => (where === first.where ? what : `${where}: ${what}`));
  throw new AgentError([...new Set(all)].join('; '), {
    code: `block-device.${first.problem}`,
    subject: first.where,
    remedy: 'correct the description of the block device: DIB_BLOCK_DEVICE_CONFIG, or the YAML file of an element',
    exitCode: ExitCode.badConfiguration,
  });
}
