/** nologin(8) and false(1) are the shells of accounts that are not for people. */
export function isNoLogin(shell: string): boolean {
  return /\/(?:nologin|false)$/.test(shell);
}
