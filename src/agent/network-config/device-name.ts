/**
 * Whether a text can be the name of a network device: IFNAMSIZ of linux/if.h is 16 with its NUL; no slash, no white space, and
 * nothing that a file name or a shell could take amiss.
 */
export function isDeviceName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/.test(name);
}
