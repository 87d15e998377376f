import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchOwnMemory } from '../../vm/own-memory.ts';
import { cost } from './cost.ts';
import { measureBuild, openSmallBuild, type SmallBuild, words } from './small-build.ts';

const minute = 60_000;

/**
 * Costs are compared with those of other programs in the same run: others that use the machine meanwhile change the seconds of
 * the processor too, but those of both alike.
 */
describe('what the builder costs', () => {
  let build: SmallBuild;

  beforeAll(async () => {
    build = await openSmallBuild();
    if (!existsSync(build.program)) throw new Error(`${build.program} is missing: run \`make build\``);
  }, 2 * minute);
  afterAll(() => build?.workshop.remove());

  test('raw, tar and qcow2 cost at most 2.6 times tar, mke2fs and qemu-img', {
    timeout: 10 * minute,
  }, async (context) => {
    if (process.getuid?.() !== 0) context.skip('it is measured as root');
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { whole, bare } = await measureBuild(build);
      console.log(
        `the build ${whole.processor.toFixed(2)} s of the processor, the bare work ${bare.processor.toFixed(2)} s`,
      );
      ratios.push(whole.processor / bare.processor);
    }
    expect(Math.min(...ratios)).toBeLessThanOrEqual(2.6);
  });

  test('the builder itself has at most 150 MB', { timeout: 2 * minute }, async (context) => {
    if (process.getuid?.() !== 0) context.skip('it is measured as root');
    const { program, workshop, environment } = build;
    const child = spawn(program, words, {
      cwd: workshop.out,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    const end = new AbortController();
    const memory = watchOwnMemory(child.pid ?? 0, end.signal);
    expect((await exited)[0]).toBe(0);
    end.abort();
    const megabytes = await memory;
    console.log(`the builder had ${megabytes.toFixed(0)} MB`);
    expect(megabytes).toBeGreaterThan(20);
    expect(megabytes).toBeLessThanOrEqual(150);
  });

  test('image plan costs at most 1.3 times --version, and at most 7 times a Node that does nothing', {
    timeout: 5 * minute,
  }, async () => {
    const { program, workshop, environment } = build;
    const plan = ['image', 'plan', ...words.slice(2)];
    const [planned, version, empty] = [[] as number[], [] as number[], [] as number[]];
    for (let start = 0; start < starts; start++) {
      planned.push((await cost([program, ...plan], environment, workshop.out)).processor);
      version.push((await cost([program, '--version'], environment)).processor);
      empty.push((await cost([process.execPath, '-e', '0'], environment)).processor);
    }
    const [ours, its, nothing] = [planned, version, empty].map((seconds) => Math.min(...seconds)) as [
      number,
      number,
      number,
    ];
    console.log(`image plan ${ours} s of the processor, --version ${its} s, node -e 0 ${nothing} s`);
    expect(ours / its).toBeLessThanOrEqual(1.3);
    expect(ours / nothing).toBeLessThanOrEqual(7);
  });
});

/** The least of several is what the others would be without what the machine does beside. */
const rounds = 2;
const starts = 10;
