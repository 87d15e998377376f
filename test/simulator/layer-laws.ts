import type { AssignmentLaws } from './assignment-laws.ts';
import type { Actor } from './laws.ts';
import type { Device, Machine } from './machine.ts';
import type { Assembly } from './stack.ts';

/** The look before an assembly or a growth is longer than any other, as it asks the tools. */
const longLooks = 4;

/**
 * What must never happen to what is built on disks, judged by what is true at the moment of the act: the tables of
 * docs/decisions/layered-device.md, layer-assembly.md and layer-growth.md, told in other words than the agent's own.
 */
export class LayerLaws {
  readonly #machine: Machine;
  readonly #toleratedTouches: number;
  readonly #assignments: AssignmentLaws;

  /** @param toleratedTouches what became true so few touches ago is not held against the agent */
  constructor(machine: Machine, toleratedTouches: number, assignments: AssignmentLaws) {
    this.#machine = machine;
    this.#toleratedTouches = toleratedTouches;
    this.#assignments = assignments;
  }

  /** @param isReadOnly it is asked for so that nothing is written */
  opens(assembly: Assembly, actor: Actor, isReadOnly: boolean): void {
    const machine = this.#machine;
    const breaks = (law: string) => machine.violate(`open: ${law}`, describe(assembly));
    const { layers } = machine;
    const disks = layers.disksOf(assembly);
    // The look before an assembly is the longest, and the tool refuses a stack that lacks a disk.
    const isLongGone = (since: number | undefined) => this.#isKnown(since, longLooks * this.#toleratedTouches);
    if (disks.some((disk) => isLongGone(machine.goneAt.get(disk)))) breaks('a member is missing');
    if (disks.some(({ isData, index }) => !isData || index === 0)) breaks('a member is on a disk of somebody else');
    if (!isReadOnly && disks.some(({ readOnly }) => readOnly)) breaks('a disk is read-only');
    if (disks.some(({ isPath }) => isPath)) breaks('a member is a path of a multipath disk');
    if (!flagsOf(actor).includes(assembly.kind)) breaks('no flag asks for it');
    if (assembly.kind === 'luks' && !assembly.hasKey) breaks('there is no key');
    if (this.#isTwinKnown(assembly)) breaks('a copy of it is there');
    this.#assignments.opens(assembly, isReadOnly, machine.tick - longLooks * this.#toleratedTouches);
    const isAsked = disks.some(({ index }) => index === actor.named?.diskIndex);
    // The event of a disk that came at the same time may be answered after the close, and asks for the stack again.
    const { staysClosed } = assembly;
    const isNewer = (since: number) => staysClosed !== undefined && since > staysClosed - this.#toleratedTouches;
    const isAskedByArrival = disks.some((disk) => machine.devicesOf(disk).some(({ since }) => isNewer(since)));
    if (!isAsked && !isAskedByArrival && this.#isKnown(staysClosed)) breaks('somebody closed or detached it');
  }

  closes(device: Device, isForced: boolean, actor: Actor): void {
    const machine = this.#machine;
    const { layers } = machine;
    const breaks = (law: string) => machine.violate(`close: ${law}`, device.name);
    const together = layers.togetherWith(device);
    if (!this.#isOurs(device, actor)) breaks('what is not wholly of data disks');
    const isWhole = layers.isWhole(device);
    if (isForced && isWhole) breaks('by force, though it works');
    if (!isForced && !together.some(({ index }) => index === actor.named?.diskIndex)) breaks('nobody asked');
    if (isForced) return;
    // What came after its observation, and what somebody else mounted beside it, the tool refuses.
    const looked = (actor.lookedAt.get(device.name) ?? machine.tick) - this.#toleratedTouches;
    const users = [...machine.mountsOf(device).filter(({ by }) => by === 'agent'), ...layers.over([device])];
    if (users.some(({ since }) => since < looked)) breaks('before what lies on it');
  }

  grows(device: Device, actor: Actor): void {
    const breaks = (law: string) => this.#machine.violate(`grow: ${law}`, device.name);
    if (!this.#isOurs(device, actor)) breaks('what is not wholly of data disks');
    if (actor.flags.CONFIG_GROW === '0') breaks('no flag asks for it');
    this.#assignments.growsLayer(device, this.#machine.tick - longLooks * this.#toleratedTouches);
  }

  /** Two that carry one UUID: one of them is a copy. */
  #isTwinKnown(assembly: Assembly): boolean {
    const { layers } = this.#machine;
    const twins = layers.assemblies.filter((each) => each !== assembly && each.uuid === assembly.uuid);
    const bearers = twins.flatMap(({ members }) => members.map((member) => layers.bearerOf(member)));
    return bearers.some((bearer) => this.#isKnown(bearer?.since, longLooks * this.#toleratedTouches));
  }

  /** Its own disks and all other disks of the layers above it. */
  #isOurs(device: Device, actor: Actor): boolean {
    const { layers } = this.#machine;
    const isNamed = layers.beneath(device).every(({ kind }) => flagsOf(actor).includes(kind));
    return isNamed && [device, ...layers.over([device])].every((each) => layers.isOnData(each));
  }

  #isKnown(since: number | undefined, toleratedTouches = this.#toleratedTouches): boolean {
    return since !== undefined && since < this.#machine.tick - toleratedTouches;
  }
}

function describe({ kind, name }: Assembly): string {
  return `${kind} ${name}`;
}

function flagsOf({ flags }: Actor): string[] {
  return (flags.CONFIG_LAYERS ?? '').split(',');
}
