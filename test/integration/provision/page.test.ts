import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ask, type Serving, startServing } from './serve-process.ts';

const browser = 'chromium';

beforeEach(async ({ skip }) => {
  const { exitCode } = await execa('which', [browser], { reject: false });
  skip(exitCode !== 0, `${browser} is not installed`);
});

/** What a browser makes of a page. */
async function visit(
  url: string,
): Promise<{ readonly rows: string[][]; readonly text: string; readonly shot: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-page-'));
  try {
    const common = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${folder}`,
      '--window-size=1200,900',
    ];
    const { stdout } = await execa(browser, [...common, '--dump-dom', url]);
    const picture = join(folder, 'page.png');
    await execa(browser, [...common, `--screenshot=${picture}`, url]);
    const rows = [...stdout.matchAll(/<tr class="[^"]*">(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell.replace(/<[^>]+>/g, ' ').trim()),
    );
    return { rows, text: stdout, shot: (await stat(picture)).size };
  } finally {
    await rm(folder, { recursive: true, maxRetries: 5 });
  }
}

async function fiftyMachines(): Promise<Serving> {
  const serving = await startServing('--command', 'sh -c "echo no disk >&2; exit 3"');
  onTestFinished(() => serving.close());
  for (let number = 1; number <= 50; number += 1) {
    const mac = `52-54-00-00-00-${number.toString(16).padStart(2, '0')}`;
    await ask(serving, `/boot.ipxe?mac=${mac}`, { from: `127.0.1.${number}` });
  }
  await ask(serving, '/install/', { from: '127.0.1.31' });
  return serving;
}

test('a browser, which may run no script, shows 50 machines, and the one that failed first, with the reason', async () => {
  const serving = await fiftyMachines();
  const { rows, text, shot } = await visit(`${serving.url}/`);
  expect(rows).toHaveLength(50);
  expect(rows[0]?.[0]).toBe('52:54:00:00:00:1f');
  expect(rows[0]?.[1]).toBe('failed');
  expect(rows[0]?.[2]).toMatch(/the command failed.*exit status 3: no disk/s);
  expect(text).not.toContain('<script');
  expect((await ask(serving, '/')).headers['content-security-policy']).toMatch(/default-src 'none'(?!.*script-src)/);
  // A white page of this size is packed into 6 kB.
  expect(shot).toBeGreaterThan(30_000);
  const link = /<a href="(\/hosts\/\d+)">52:54:00:00:00:1f/.exec(text)?.[1];
  const host = await visit(`${serving.url}${link}`);
  expect(host.text).toMatch(/End of the log.*no disk/s);
});
