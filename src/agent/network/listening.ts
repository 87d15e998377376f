import type { System } from '../../core/system/system.ts';

/** Where a program of this machine takes connections of TCP. */
export interface ListeningSocket {
  readonly family: 'ipv4' | 'ipv6';
  /** Null for all addresses of the machine. */
  readonly address: string | null;
  readonly port: number;
  readonly isLoopback: boolean;
}

/** proc_pid_net(5), tcp: the state of a socket that listens. */
const listens = '0A';

export async function observeListening({ files }: System): Promise<ListeningSocket[]> {
  const [ipv4, ipv6] = await Promise.all(['tcp', 'tcp6'].map((name) => files.read(`/proc/net/${name}`)));
  return [...parse(ipv4 ?? '', 'ipv4'), ...parse(ipv6 ?? '', 'ipv6')];
}

function parse(text: string, family: ListeningSocket['family']): ListeningSocket[] {
  const rows = text.split('\n').slice(1);
  const fields = rows.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === listens);
  return fields.map(([, local = '']) => {
    const [hex = '', port = ''] = local.split(':');
    const address = family === 'ipv4' ? ipv4Of(hex) : ipv6Of(hex);
    return {
      family,
      address: /^0+$/.test(hex) ? null : address,
      port: Number.parseInt(port, 16),
      isLoopback: address.startsWith('127.') || address === '::1',
    };
  });
}

/** The kernel prints each word of four bytes in the order of the machine, which is that of x86 and arm64: the last byte first. */
function bytesOf(hex: string): number[] {
  const words = hex.match(/.{8}/g) ?? [];
  return words.flatMap((word) => (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse());
}

function ipv4Of(hex: string): string {
  return bytesOf(hex).join('.');
}

/** In the short form of RFC 5952, as a URL has it. */
function ipv6Of(hex: string): string {
  const bytes = bytesOf(hex);
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
