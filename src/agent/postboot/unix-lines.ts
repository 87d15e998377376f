const windowsFirstLine = /^#![^\r\n]*\r\n/;

// A path and its arguments: the kernel reads no more of a first line than BINPRM_BUF_SIZE, 256 bytes since Linux 5.1.
const longestFirstLine = 256;

/**
 * A script with the line ends that Linux reads. The kernel takes a CR for a part of the interpreter's name, so a script that was
 * written on Windows never runs as it is.
 * @returns the very same bytes where the first line is not `#!` with CR LF: elsewhere a CR is a part of the script
 */
export function withUnixLines(script: Uint8Array): Uint8Array {
  const bytes = Buffer.from(script.buffer, script.byteOffset, script.byteLength);
  if (!windowsFirstLine.test(bytes.toString('latin1', 0, longestFirstLine))) return script;
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
