// useradd(8), CAVEATS: 32 characters at most; the pattern is the one that every distribution accepts.
const pattern = /^[a-z_][a-z0-9_-]{0,31}$/;

/** Why a text cannot name the user that the payload asks for; undefined if it can. */
export function userNameMistake(text: string): string | undefined {
  if (text === 'root') return 'must not be root; root always gets the keys of the payload';
  if (!pattern.test(text)) {
    return 'is not a user name: a lower-case letter or underscore, then lower-case letters, digits, - or _; 32 at most';
  }
  return undefined;
}
