import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { foreseenHooks } from '../../../../../src/provision/image/build/foreseen-hooks.ts';
import type { BuildPlan } from '../../../../../src/provision/image/build/build-plan.ts';
import { planBuild } from '../../../../../src/provision/image/build/plan-build.ts';
import { findElements, readBuildFacts } from '../../../../../src/provision/image/build/read-build-facts.ts';
import { readBuildRequest } from '../../../../../src/provision/image/command-line/build-request.ts';
import { endingOf } from '../../../../../src/provision/image/output/output-types.ts';
import { type OwnCase, ownCases, type Planned } from './own-cases.ts';

describe('what is asked of the builder', () => {
  test('has forty cases and more of our own', () => {
    expect(new Set(ownCases.map(({ name }) => name)).size).toBeGreaterThanOrEqual(40);
  });

  test.each(ownCases.filter(({ plan }) => plan !== undefined))('is planned: $name', async (one) => {
    expect(await planOf(one)).toMatchObject(one.plan ?? {});
  });

  test.each(ownCases.filter(({ plan }) => plan === undefined))('is refused: $name', async (one) => {
    const [code = '', subject = ''] = one.refused ?? [];
    await expect(planOf(one)).rejects.toMatchObject({ code, subject: expect.stringMatching(endsWith(subject)) });
  });
});

async function planOf({ files, words, environment }: OwnCase): Promise<Planned> {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-own-case-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries({ 'os/element-provides': 'operating-system\n', ...files }))
    await writeElement(join(folder, path), text);
  const request = readBuildRequest(words.split(' '), {
    arch: 'amd64',
    environment: { ELEMENTS_PATH: folder, HOME: '/nowhere', ...environment },
  });
  const facts = await readBuildFacts(request, await findElements(request));
  return shown(planBuild(request, facts, { isDescribed: false }));
}

async function writeElement(path: string, text: string): Promise<void> {
  if (path.endsWith('/')) return void (await mkdir(path, { recursive: true }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  if (text.startsWith('#!')) await chmod(path, 0o755);
}

async function shown(plan: BuildPlan): Promise<Planned> {
  const { elements, output, packages, environment } = plan;
  const hooks = (await foreseenHooks(plan)).flatMap(({ phase, hooks }) => hooks.map(({ name }) => `${phase}/${name}`));
  const name = output.target.slice(output.target.lastIndexOf('/') + 1);
  return {
    elements: elements.map((element) => element.name).join(' '),
    hooks: hooks.join(' '),
    images: output.types.map((type) => `${name}.${endingOf(type)}`).join(' '),
    packages: packages.join(' '),
    root: `${environment.DIB_ROOT_FSTYPE} ${environment.DIB_ROOT_LABEL} at ${environment.DIB_MOUNTPOINTS}`,
  };
}

function endsWith(subject: string): RegExp {
  return new RegExp(`${RegExp.escape(subject)}$`);
}
