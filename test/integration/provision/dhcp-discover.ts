import { createSocket } from 'node:dgram';

/**
 * A program for a namespace of networks: sends requests of DHCP (RFC 2131) as firmware, as iPXE or as an ordinary client
 * would, one after the other, and prints the answers that come until the last is answered, as JSON.
 * Arguments: for each request what sends it, `bios`, `efi`, `ipxe` or `system`; `bios-boot` and `efi-boot` ask the boot
 * server itself, as firmware does after an offer (PXE 2.1, 2.2.4).
 */
const kinds = process.argv.slice(2);
const mac = [0x52, 0x54, 0, 0, 0, 7];

const option = (code: number, value: readonly number[]) => [code, value.length, ...value];
const text = (value: string) => [...Buffer.from(value)];

function discover(kind: string, transaction: number): Buffer {
  const fixed = Buffer.alloc(236);
  fixed.set([1, 1, 6, 0, 0, 0, 0, transaction, 0, 0, 0x80, 0]);
  fixed.set(mac, 28);
  const isBoot = kind.endsWith('-boot');
  if (isBoot) fixed.set([192, 0, 2, 9], 12);
  const architecture = kind.startsWith('efi') ? 7 : 0;
  const pxe = [
    option(60, text(`PXEClient:Arch:0000${architecture}:UNDI:003016`)),
    option(93, [0, architecture]),
    option(94, [1, 3, 16]),
    option(97, [0, ...Array.from({ length: 16 }, () => 1)]),
  ];
  const options = [
    [0x63, 0x82, 0x53, 0x63],
    option(53, [isBoot ? 3 : 1]),
    option(55, [1, 3, 43, 60, 66, 67, 175]),
    ...(kind === 'system' ? [] : pxe),
    // The first entry of the menu; a UEFI is offered none.
    ...(kind === 'bios-boot' ? [option(43, [71, 4, 0x80, 0, 0, 0, 255])] : []),
    ...(kind === 'ipxe' ? [option(77, text('iPXE')), option(175, [0xb1, 1, 1])] : []),
    [255],
  ];
  return Buffer.concat([fixed, Buffer.from(options.flat())]);
}

const socket = createSocket('udp4');
const offers: { from: string; address: string; file: string; text: string }[] = [];
socket.on('message', (message) => {
  const kind = kinds[message[7] ?? 0] ?? '';
  offers.push({
    from: kind,
    address: message.subarray(16, 20).join('.'),
    file: message.subarray(108, 236).toString('latin1').replace(/\0.*$/s, ''),
    text: message.subarray(236).toString('latin1'),
  });
  if (kind !== kinds.at(-1)) return;
  process.stdout.write(JSON.stringify(offers));
  socket.close();
});
socket.bind(68, () => {
  socket.setBroadcast(true);
  for (const [index, kind] of kinds.entries()) {
    const [port, address] = kind.endsWith('-boot') ? ([4011, '192.0.2.1'] as const) : ([67, '192.0.2.255'] as const);
    socket.send(discover(kind, index), port, address);
  }
});
