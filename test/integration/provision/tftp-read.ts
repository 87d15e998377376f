import { createSocket } from 'node:dgram';

/** A program for a namespace of networks: reads a short file by TFTP (RFC 1350) and prints it. */
const socket = createSocket('udp4');
socket.on('message', (message) => {
  process.stdout.write(message.subarray(4).toString());
  socket.close();
});
socket.send(Buffer.from('\0\u0001undionly.kpxe\0octet\0', 'latin1'), 69, '192.0.2.1');
