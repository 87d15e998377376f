import { describe, expect, test } from 'vitest';
import { type InstallJob, readJob, sendJob } from '../../../../src/provision/install/install-job.ts';
import { sshArguments } from '../../../../src/provision/install/ssh-arguments.ts';
import { isUnfinishedMark, unfinishedMark } from '../../../../src/provision/install/unfinished-mark.ts';

const job: InstallJob = {
  version: 1,
  image: { url: 'http://192.0.2.1:3000/files/a.raw', digest: 'a'.repeat(64), packing: 'raw', bytes: 4096 },
  disk: null,
  replace: false,
};

async function* of(...pieces: readonly (string | Uint8Array)[]) {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe('a job', () => {
  test('comes as it was sent, with the bytes of the payload behind it', async () => {
    const payload = Buffer.from([0, 10, 255, 10]);
    expect(await readJob(sendJob(job, of(payload)))).toEqual({ job, payload });
  });

  test.each([
    ['nothing', ''],
    ['no line', '{"version":1'],
    ['another version', `${JSON.stringify({ ...job, version: 2 })}\n`],
    ['a key that is not known', `${JSON.stringify({ ...job, force: true })}\n`],
    ['an image of this machine', `${JSON.stringify({ ...job, image: { ...job.image, url: 'file:///etc/shadow' } })}\n`],
    ['no digest', `${JSON.stringify({ ...job, image: { ...job.image, digest: '' } })}\n`],
  ])('that is %s is refused', async (_, text) => {
    await expect(readJob(of(text))).rejects.toMatchObject({ code: 'install.job', exitCode: 2 });
  });
});

test('the arguments of ssh: never a question, no key of an earlier boot, words quoted for the shell of the far end', () => {
  const args = sshArguments({ address: '192.0.2.7', port: 22, identity: '/etc/gandi/key' }, ['echo', "it's"]);
  expect(args).toEqual(expect.arrayContaining(['BatchMode=yes', 'StrictHostKeyChecking=no', 'IdentitiesOnly=yes']));
  expect(args.slice(-5)).toEqual(['/etc/gandi/key', '-p', '22', 'root@192.0.2.7', String.raw`echo 'it'\''s'`]);
});

test('the mark of an installation that was cut off is one sector, and no other sector is one', () => {
  expect(unfinishedMark).toHaveLength(512);
  expect(isUnfinishedMark(unfinishedMark)).toBe(true);
  expect(isUnfinishedMark(Buffer.concat([unfinishedMark, Buffer.alloc(512)]))).toBe(true);
  expect(isUnfinishedMark(Buffer.alloc(512))).toBe(false);
  expect(isUnfinishedMark(unfinishedMark.subarray(0, 100))).toBe(false);
  // 55 AA is what firmware and kernel take for a boot sector.
  expect([...unfinishedMark.subarray(510)]).toEqual([0, 0]);
});
