import { attachDisk, detachDisk } from '../../src/agent/disk/manage-disk.ts';
import type { StepOutcome } from '../../src/agent/action/apply-steps.ts';
import { parseFlags } from '../../src/agent/flags/parse-flags.ts';
import { hotplug } from '../../src/agent/hotplug/hotplug.ts';
import { reportGoneDisks } from '../../src/agent/mount/report-gone-disks.ts';
import { News } from '../../src/agent/hotplug/news.ts';
import { seededRandom } from '../unit/agent/sources/seeded-random.ts';
import { AgentProcess, type World } from './agent-process.ts';
import { CalmModel } from './calm-model.ts';
import { makeDisk } from './disk.ts';
import { finalViolations } from './final-laws.ts';
import { SystemCallError } from './file-tree.ts';
import { Happenings } from './happenings.ts';
import type { Happening, History, Scene } from './history.ts';
import { Laws } from './laws.ts';
import { type Device, Machine, systemDisk } from './machine.ts';
import { buildStack } from './stack.ts';

export interface Violation {
  readonly law: string;
  readonly what: string;
}

export interface Outcome {
  readonly violations: readonly Violation[];
  /** What happened, one line each. */
  readonly story: readonly string[];
  /** How often a door was passed. */
  readonly touches: number;
}

const mostRuns = 12;
const mostRests = 200;

/** Lets a history happen to a machine with the real agent on it, and says which laws were broken. */
export async function runHistory(history: History): Promise<Outcome> {
  const run = new HistoryRun(history);
  await run.toTheEnd();
  const { machine } = run.world;
  return { violations: run.violations, story: machine.story, touches: machine.tick };
}

class HistoryRun {
  readonly world: World;
  readonly violations: Violation[] = [];
  readonly #history: History;
  readonly #happenings: Happenings;
  readonly #model: CalmModel | undefined;
  readonly #background = new Set<Promise<void>>();
  #processes = 0;
  #running: AgentProcess | undefined;
  #spoolNews: News | undefined;
  #alarms = new Set<() => void>();

  constructor(history: History) {
    this.#history = history;
    const disks = [
      systemDisk(history.seed % 4 === 0),
      ...history.disks.map((spec, index) => makeDisk(spec, index + 1)),
    ];
    const assemblies = history.stacks.flatMap((spec, index) => buildStack(spec, disks, index + 1));
    const machine = new Machine(disks, history.flags, assemblies);
    const random = seededRandom(history.seed ^ 0x5eed);
    this.world = {
      machine,
      laws: new Laws(machine),
      random,
      faults: [],
      hanging: [],
      hooks: [],
      hasOverlapped: false,
      effects: [],
    };
    machine.onViolation = (law, what) => void this.violations.push({ law, what });
    machine.udev.onSpooled = () => this.#spoolNews?.tell();
    this.#happenings = new Happenings(this.world);
    this.#model = history.kind === 'calm' ? new CalmModel(machine) : undefined;
  }

  async toTheEnd(): Promise<void> {
    for (const scene of this.#history.scenes) {
      for (const what of scene.before) await this.#letNow(what);
      await this.#serve(scene.during);
      const difference = this.#model?.difference();
      if (difference !== undefined) this.world.machine.violate('model: a disk is not where it belongs', difference);
      this.world.machine.udev.passScene();
    }
    await this.#calmDown();
    this.violations.push(...finalViolations(this.world, this.#happenings));
    await this.#provesToBeDone();
  }

  /** All that was wrong ends, and udev reports every device once more, as a boot does. */
  async #calmDown(): Promise<void> {
    const { machine } = this.world;
    machine.tell('-- calm');
    this.#happenings.recover();
    for (const disk of machine.disks) this.#happenings.let({ do: 'unlock', disk: disk.index });
    while (!machine.udev.isIdle()) machine.udev.passScene();
    machine.udev.restart();
    this.#startMountService();
    await this.#settle(undefined, []);
    await this.#serve([]);
    // As at the end of a boot: folders of disks that never came are looked at too.
    await this.#runHotplug([]);
  }

  /** gandi-mount.service, which starts with the machine and with each udevd: disks that are gone, then those that are there. */
  #startMountService(): void {
    const { machine } = this.world;
    const agent = new AgentProcess(++this.#processes, this.world);
    this.#inBackground(
      agent,
      reportGoneDisks(agent.system).then(
        () => machine.udev.reportAll(),
        (error: unknown) => machine.tell(`mount service: ${String(error)}`),
      ),
    );
  }

  /** One more look changes nothing: what is as it should be is left alone. */
  async #provesToBeDone(): Promise<void> {
    const { machine, effects } = this.world;
    if (this.violations.length > 0) return;
    machine.tell('-- again');
    effects.length = 0;
    machine.udev.reportAll();
    await this.#serve([]);
    for (const effect of effects) machine.violate('convergence: a second look changed something', effect);
  }

  async #letNow(what: Happening): Promise<void> {
    this.#let(what);
    await this.#settle(undefined, []);
  }

  #let(what: Happening): void {
    const { machine } = this.world;
    machine.tell(`${describe(what)}`);
    this.#model?.let(what);
    if (this.#happenings.let(what)) return;
    if (what.do === 'kill') this.#kill();
    else if (what.do === 'restart-udevd') {
      machine.udev.restart();
      this.#startMountService();
    } else if (what.do === 'cut-power') this.#cutPower(what.lost, what.order);
    else if (what.do === 'detach' || what.do === 'ask') this.#command(what);
  }

  #kill(): void {
    this.#running?.kill();
  }

  #cutPower(lost: number, order: number): void {
    const { machine } = this.world;
    this.#running?.kill();
    for (const stop of this.#stops) stop();
    this.world.hanging = [];
    let bits = lost;
    const isLost = () => {
      const bit = bits & 1;
      bits >>>= 1;
      return bit === 1;
    };
    const turned = machine.disks.map((_, index) => machine.disks[(index + order) % machine.disks.length]);
    machine.cutPower(
      isLost,
      turned.filter((disk) => disk !== undefined),
    );
  }

  /** What kills the commands that run. */
  readonly #stops = new Set<() => void>();

  /** `gandi-agent disk detach` and `disk attach`, as a process of its own. */
  #command(what: Happening & { readonly disk: number }): void {
    const { machine } = this.world;
    const [whole, ...parts] = machine.devicesOf(machine.disks[what.disk] as never);
    if (whole === undefined) return;
    const [top] = what.do === 'ask' && what.ofTop === true ? machine.layers.over([whole, ...parts]) : [];
    const device = top ?? whole;
    if (this.#running !== undefined) this.world.hasOverlapped = true;
    const isDetach = what.do === 'detach';
    const force = isDetach && what.force;
    const verb = isDetach ? 'detach' : 'attach';
    const agent = new AgentProcess(++this.#processes, this.world, { verb, diskIndex: what.disk, force });
    const family = this.#familyOf(device);
    const lying = machine.layers.over([whole, ...parts]);
    const { flags } = parseFlags(this.#history.flags);
    const mounted = family.filter((each) => machine.mountsOf(each).some(({ by }) => by === 'agent'));
    for (const each of family) each.isUncertain = true;
    if (!isDetach)
      for (const each of machine.layers.togetherWith(device).flatMap((disk) => machine.layers.on(disk)))
        each.staysClosed = undefined;
    // Once somebody asks for it, the next look may mount it, also where this one fails.
    if (!isDetach) for (const each of family) each.staysUnmounted = undefined;
    const act: Promise<{ outcomes: readonly StepOutcome[]; isReleased?: boolean }> = isDetach
      ? detachDisk(agent.system, flags, device.path, force)
      : attachDisk(agent.system, flags, device.path);
    const ended = act.then(
      ({ outcomes, isReleased }) => {
        const isDone = outcomes.every(({ failure, skipped }) => failure === null && !skipped);
        machine.tell(`command ${verb} of ${device.name}: ${isDone ? 'done' : 'failed'}`);
        // Another who has a part of the disk mounted keeps it, and with it what is open.
        const isKept = family.some((each) => machine.mountsOf(each).some(({ by }) => by !== 'agent'));
        if (isDone && isDetach && (isReleased || !isKept)) this.#requireClosed(family, lying);
        // Its disk is still in use: only what was unmounted stays so.
        const detached = isReleased ? family : mounted.filter((each) => machine.mountsOf(each).length === 0);
        for (const each of isDone && isDetach ? detached : []) {
          each.staysUnmounted = machine.tick;
          each.isUncertain = false;
        }
        if (!isDetach && isDone) for (const each of family) each.staysUnmounted = undefined;
      },
      (error: unknown) => machine.tell(`command ${verb} of ${device.name}: ${String(error)}`),
    );
    this.#inBackground(agent, ended);
  }

  /** A disk, its partitions, and all that shares a stack with them. */
  #familyOf(device: Device): Device[] {
    const { machine } = this.world;
    const own = machine.layers.togetherWith(device).flatMap((disk) => machine.devicesOf(disk));
    return [...own, ...machine.layers.over(own)];
  }

  /** Detached is what is closed: nobody opened it since, as nothing of it is there any more. */
  #requireClosed(family: readonly Device[], lying: readonly Device[]): void {
    const { machine } = this.world;
    for (const { layer } of family) if (layer !== undefined) layer.assembly.staysClosed = machine.tick;
    for (const { isPresent, name } of lying) {
      if (isPresent) machine.violate('detach: what lies on the disk is open still', name);
    }
  }

  /** A process beside the service: it ends by itself, or with the power. */
  #inBackground(agent: AgentProcess, ended: Promise<void>): void {
    const killed = new Promise<void>((resolve) => {
      const stop = () => {
        agent.kill();
        resolve();
      };
      this.#stops.add(stop);
      ended.finally(() => this.#stops.delete(stop));
    });
    const process = Promise.race([ended, killed]).finally(() => this.#background.delete(process));
    this.#background.add(process);
  }

  /** Runs the hotplug service as often as the spool is not empty, as gandi-hotplug.path does. */
  async #serve(during: Scene['during']): Promise<void> {
    const { machine } = this.world;
    let left: Scene['during'] = [...during].sort((a, b) => a.touch - b.touch);
    for (let runs = 0; this.#isSpooled(); runs += 1) {
      if (runs === mostRuns)
        return machine.violate('end: the spool never becomes empty', machine.nodeAt('/run/gandi/spool')?.type ?? '');
      left = await this.#runHotplug(left);
    }
    for (const { what } of left) await this.#letNow(what);
    if (left.length > 0) await this.#serve([]);
  }

  #isSpooled(): boolean {
    const spool = this.world.machine.nodeAt('/run/gandi/spool');
    return spool?.type === 'directory' && spool.entries.size > 0;
  }

  /** @returns what was to happen during the run and did not, as it ended earlier */
  async #runHotplug(during: Scene['during']): Promise<Scene['during']> {
    const { machine } = this.world;
    const agent = new AgentProcess(++this.#processes, this.world);
    const left = [...during];
    this.#running = agent;
    this.#spoolNews = new News();
    this.#alarms = new Set();
    agent.onTouch = (touch) => {
      while (left[0] !== undefined && left[0].touch <= touch) this.#let((left.shift() as Scene['during'][number]).what);
    };
    machine.tell(`-- hotplug service, process ${agent.number}`);
    const ended = hotplug(agent.system, this.#waiting(this.#spoolNews)).then(
      () => undefined,
      (error: unknown) => {
        // What cannot read its own flags ends with an error, and is started again.
        if (error instanceof SystemCallError) machine.tell(`service: ${String(error)}`);
        else machine.violate('end: the service threw', String(error instanceof Error ? error.stack : error));
      },
    );
    await this.#settle({ agent, ended }, left);
    agent.kill();
    this.#running = undefined;
    return left;
  }

  /** Waits until the run and all commands are over; where nothing moves, lets happen what is left, and ends what hangs. */
  async #settle(
    run: { readonly agent: AgentProcess; readonly ended: Promise<void> } | undefined,
    left: Scene['during'][number][],
  ): Promise<void> {
    const { machine } = this.world;
    let isOver = run === undefined;
    run?.ended.finally(() => {
      isOver = true;
    });
    for (let rests = 0; rests < mostRests; rests += 1) {
      const before = machine.tick;
      await rest();
      if ((isOver || run?.agent.isDead) && this.#background.size === 0) return;
      if (machine.tick !== before) rests = 0;
      else if (left.length > 0) this.#let((left.shift() as Scene['during'][number]).what);
      else if (this.#alarms.size > 0) for (const ring of [...this.#alarms]) ring();
      else this.world.hanging.shift()?.();
    }
    machine.violate('end: it never ends', `process ${run?.agent.number ?? 'of a command'}`);
    for (const stop of this.#stops) stop();
  }

  #waiting(news: News): Parameters<typeof hotplug>[1] {
    const alarms = this.#alarms;
    return {
      alarm: {
        after: (_, ring) => {
          const once = () => {
            alarms.delete(once);
            ring();
          };
          alarms.add(once);
          return () => alarms.delete(once);
        },
      },
      watchSpool: async () => ({
        change: () => news.next(),
        isInTime: (change) => Promise.race([change.then(() => true), rest().then(() => false)]),
        close: async () => undefined,
      }),
    };
  }
}

/** Until all that can go on has gone on. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One line for a person. */
export function describe(what: Happening): string {
  const { do: name, ...details } = what;
  const words = Object.entries(details).map(
    ([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  return [name, ...words].join(' ');
}
