/** Of an error of a system call or of Node, `ENOENT`; empty for any other error. An AgentError has its own code here. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
