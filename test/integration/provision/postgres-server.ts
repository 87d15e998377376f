import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort } from './cdist-server.ts';

/** Debian's PostgreSQL in a folder of the test's own, on a socket there and on loopback. */
export interface PostgresServer {
  /** Of the database of `provision`, by the socket, where nobody is asked for a password. */
  readonly url: string;
  /** The same by loopback, where a password is asked for. */
  readonly loopback: string;
  readonly port: number;
  readonly password: string;
  query(text: string): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Of the package `postgresql`; undefined where it is not installed. */
export const postgresPrograms = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);

const password = 'far-too-secret';

export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-pg-'));
  const [uid, gid] = await userOf('postgres');
  await mkdir(join(folder, 'data'), { mode: 0o700 });
  for (const path of [folder, join(folder, 'data')]) await chown(path, uid, gid);
  const port = await freePort();
  const asUser = (program: string, ...args: string[]) =>
    execa(
      'setpriv',
      [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--', join(postgresPrograms ?? '', program), ...args],
      { cwd: folder, env: { LC_ALL: 'C.UTF-8' } },
    );
  const data = join(folder, 'data');
  await asUser('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync');
  await writeFile(
    join(data, 'postgresql.conf'),
    [
      `port = ${port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${folder}'`,
      'fsync = off',
      'max_connections = 50',
      'shared_buffers = 16MB',
      '',
    ].join('\n'),
  );
  await writeFile(join(data, 'pg_hba.conf'), 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
  const start = async () => {
    await asUser('pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'));
  };
  const stop = async () => {
    await asUser('pg_ctl', 'stop', '-w', '-D', data, '-m', 'immediate');
  };
  await start();
  const psql = async (database: string, text: string) =>
    (await asUser('psql', '-h', folder, '-p', String(port), '-U', 'postgres', '-At', '-c', text, database)).stdout;
  await psql('postgres', `CREATE USER provision PASSWORD '${password}'`);
  await psql('postgres', 'CREATE DATABASE provision OWNER provision');
  return {
    url: `postgres:///provision?host=${folder}&port=${port}&user=provision`,
    loopback: `postgres://provision@127.0.0.1:${port}/provision`,
    port,
    password,
    query: (text) => psql('provision', text),
    start,
    stop,
    close: async () => {
      await stop().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function userOf(name: string): Promise<[number, number]> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith(`${name}:`)) ?? '';
  const [, , uid = '', gid = ''] = line.split(':');
  return [Number(uid), Number(gid)];
}
