import { defineCommand } from '../../core/command/define-command.ts';
import { parseSeconds } from '../../core/command/parse-seconds.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { plugDisk } from '../guest/plug-disk.ts';
import { Qmp } from '../guest/qmp.ts';
import { unplugDisk } from '../guest/unplug-disk.ts';

const options = {
  qmp: {
    description: "socket of QEMU's control connection (-qmp unix:PATH,server=on,wait=off)",
    value: { hint: 'SOCKET', completion: 'file' },
    isRequired: true,
  },
  timeout: { description: 'seconds in which the guest has to answer', value: { hint: 'SECONDS' }, default: '60' },
} as const;

const serial = { hint: 'SERIAL', description: 'serial of the disk, by which the guest knows it' } as const;

const secondsToConnect = 10;

export const hostAttach = defineCommand({
  name: 'attach',
  summary: 'plug a disk into a running virtual machine, and say where its guest mounted it',
  details:
    'The guest says it on its port org.gandi.agent.0. A disk that the guest leaves alone stays plugged in, with exit status 4.',
  options: {
    ...options,
    told: {
      description: 'socket of the port org.gandi.agent.0',
      value: { hint: 'SOCKET', completion: 'file' },
      isRequired: true,
    },
    format: { description: 'raw or qcow2', value: { hint: 'FORMAT', completion: ['raw', 'qcow2'] }, default: 'raw' },
    bus: { description: 'scsi or virtio', value: { hint: 'BUS', completion: ['scsi', 'virtio'] }, default: 'scsi' },
    place: { description: 'id of the SCSI bus or the free PCIe port in QEMU', value: { hint: 'ID' } },
    json: { description: "print the guest's record as JSON, for programs" },
  },
  operands: {
    serial,
    image: { hint: 'IMAGE', description: 'image or block device on this machine', completion: 'file' },
  },
  examples: [
    {
      words: '--qmp vm.sock --told told.sock vol-1 vol-1.img',
      does: 'plug a disk of the guest that says what it does on told.sock',
    },
  ],
  run: async (values, terminal) => {
    const { image, place, told } = values;
    const disk = {
      ...{ image, place, serial: values.serial },
      format: oneOf('--format', values.format, ['raw', 'qcow2']),
      bus: oneOf('--bus', values.bus, ['scsi', 'virtio']),
    };
    const seconds = parseSeconds('--timeout', values.timeout);
    const record = await withQmp(values.qmp, (qmp) => plugDisk(qmp, told, disk, seconds));
    if (values.json) terminal.json(record);
    else terminal.out(`${record.serial} is mounted at ${record.path}`);
    return ExitCode.done;
  },
});

export const hostDetach = defineCommand({
  name: 'detach',
  summary: 'have the guest of a running virtual machine detach a disk, then take the disk out',
  details: 'A disk that the guest uses stays where it is, the programs are named, and the exit status is 4.',
  options,
  operands: { serial },
  examples: [{ words: '--qmp vm.sock vol-1', does: 'take out a disk that was plugged in by `host attach`' }],
  run: async ({ qmp: socket, timeout, serial: word }, terminal) => {
    const seconds = parseSeconds('--timeout', timeout);
    await withQmp(socket, (qmp) => unplugDisk(qmp, socket, word, seconds));
    terminal.out(`${word} is detached, and taken out`);
    return ExitCode.done;
  },
});

async function withQmp<T>(path: string, act: (qmp: Qmp) => Promise<T>): Promise<T> {
  const qmp = await Qmp.connect(path, AbortSignal.timeout(secondsToConnect * 1000));
  try {
    return await act(qmp);
  } finally {
    qmp.close();
  }
}

/** @throws UsageError */
function oneOf<Word extends string>(option: string, given: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === given);
  if (word === undefined) throw new UsageError(`option ${option} needs one of ${words.join(', ')}, not '${given}'`);
  return word;
}
