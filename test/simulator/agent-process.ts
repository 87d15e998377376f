import { parseFlags } from '../../src/agent/flags/parse-flags.ts';
import type { Journal } from '../../src/core/system/journal.ts';
import type { System } from '../../src/core/system/system.ts';
import { SystemCallError } from './file-tree.ts';
import { filesOf } from './files-of.ts';
import type { Laws } from './laws.ts';
import type { Folder } from './file-tree.ts';
import type { Lock, Machine } from './machine.ts';
import { processesOf } from './processes-of.ts';

/** Something that goes wrong at the doors, some times in a row. */
export type Fault =
  /** A file cannot be read or written. */
  | { readonly at: 'file'; readonly door: FileDoor; readonly code: 'EIO' | 'ENOSPC' | 'EROFS'; left: number }
  /**
   * A tool: fails; says that it failed and did it all the same; says that it did it and did not; does not end, until the machine
   * recovers or its time is over.
   */
  | { readonly at: 'tool'; readonly tool: string; readonly how: ToolFault; left: number };

export type FileDoor = 'read' | 'list' | 'replace' | 'append' | 'makeMountPoint' | 'remove';
export type ToolFault = 'fails' | 'does-and-fails' | 'lies' | 'hangs';

/** What all processes of the agent on one machine have to do with. */
export interface World {
  readonly machine: Machine;
  readonly laws: Laws;
  readonly random: () => number;
  faults: Fault[];
  /** Tools that hang; each goes on when it is called. */
  hanging: (() => void)[];
  /** What the hook was told, by the mount that was there then. */
  readonly hooks: { readonly hook: string; readonly mount: number | undefined }[];
  /** A person's command ran beside the service: neither knows what the other is about to do. */
  hasOverlapped: boolean;
  /** Effects on the machine, one line each: what a run that has nothing to do must not have. */
  readonly effects: string[];
}

const never = new Promise<never>(() => undefined);

/** One run of the agent: it may be killed at any touch of a door, and then no door answers any more. */
export class AgentProcess {
  readonly number: number;
  readonly world: World;
  readonly named:
    | { readonly verb: 'attach' | 'detach'; readonly diskIndex: number; readonly force: boolean }
    | undefined;
  readonly lookedAt = new Map<string, number>();
  /** When it asked which disk has a name, to act on it. */
  readonly identifiedAt = new Map<string, number>();
  /** By their numbers: what it has open. */
  readonly handles = new Map<number, string>();
  /** The folders among them, whatever has their paths by now. */
  readonly folders = new Map<number, Folder>();
  readonly locks: Lock[] = [];
  touches = 0;
  isDead = false;
  readonly system: System;
  /** Called before each touch. */
  onTouch: (touch: number) => void = () => undefined;

  constructor(number: number, world: World, named?: AgentProcess['named']) {
    this.number = number;
    this.world = world;
    this.named = named;
    const { machine } = world;
    this.system = {
      root: '/',
      files: filesOf(this),
      processes: processesOf(this),
      journal: journalOf(machine),
      clock: {
        now: () => new Date(machine.tick * 1000),
        monotonic: () => machine.tick,
        sleep: async () => {
          machine.tick += 1;
          await this.touch();
        },
      },
    };
  }

  get flags(): Readonly<Record<string, string>> {
    const node = this.world.machine.nodeAt('/etc/default/gandi');
    const text = node?.type === 'file' ? node.content : '';
    const { flags } = parseFlags(text);
    return Object.fromEntries(
      Object.entries(flags).map(([key, value]) => [key, value === true ? '1' : value === false ? '0' : String(value)]),
    );
  }

  /** Passes a door: time goes on, others may act, and the process may be killed here. */
  async touch(): Promise<void> {
    const { machine, random } = this.world;
    if (this.isDead) return never;
    machine.tick += 1;
    this.touches += 1;
    this.onTouch(this.touches);
    if (this.isDead) return never;
    // Lets others of the same process go first, now and then.
    for (let turns = random() < 0.1 ? Math.floor(random() * 40) : 0; turns > 0; turns -= 1) await undefined;
    return this.isDead ? never : undefined;
  }

  /** SIGKILL: its locks go with it. */
  kill(): void {
    this.isDead = true;
    const { machine } = this.world;
    for (const lock of this.locks) {
      for (const disk of machine.disks) machine.unlock(disk, lock);
    }
  }

  /** @throws SystemCallError where a fault is due here */
  fileDoor(door: FileDoor, path: string): void {
    const fault = this.world.faults.find((each) => each.at === 'file' && each.door === door && each.left > 0);
    if (fault?.at !== 'file') return;
    // /run is in memory: it can be full, and nothing else.
    const isFull = fault.code === 'ENOSPC' && ['replace', 'append', 'makeMountPoint'].includes(door);
    if (path.startsWith('/run/') && !isFull) return;
    fault.left -= 1;
    this.world.machine.tell(`fault: ${door} of ${path} gives ${fault.code}`);
    throw new SystemCallError(fault.code, path);
  }

  toolFault(tool: string): ToolFault | undefined {
    const fault = this.world.faults.find((each) => each.at === 'tool' && each.tool === tool && each.left > 0);
    if (fault?.at !== 'tool') return undefined;
    fault.left -= 1;
    this.world.machine.tell(`fault: ${tool} ${fault.how}`);
    return fault.how;
  }

  /** Something on the machine changed. */
  effect(line: string): void {
    this.world.effects.push(line);
    this.world.machine.tell(`agent ${this.number}: ${line}`);
  }
}

function journalOf(machine: Machine): Journal {
  const at = (level: string) => (message: string) => machine.tell(`journal ${level}: ${message}`);
  return { error: at('error'), warn: at('warn'), info: () => undefined, debug: () => undefined };
}
