// crypt(5), "AVAILABLE HASHING METHODS": the prefix, the parameters, the salt and the exact length of the digest of
// every method with a prefix. Traditional DES has none, so it cannot be told from clear text, and is too weak anyway.
const methods: readonly RegExp[] = [
  /^\$y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}$/,
  /^\$gy\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}$/,
  /^\$7\$[./A-Za-z0-9]{11,97}\$[./A-Za-z0-9]{43}$/,
  /^\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}$/,
  /^\$6\$(?:rounds=[1-9][0-9]+\$)?[^$:\n]{0,16}\$[./A-Za-z0-9]{86}$/,
  /^\$5\$(?:rounds=[1-9][0-9]+\$)?[^$:\n]{0,16}\$[./A-Za-z0-9]{43}$/,
  /^\$1\$[^$:\n]{0,8}\$[./A-Za-z0-9]{22}$/,
];

// A line break, a colon or a byte outside printable ASCII would end or shift the fields of shadow(5).
const printable = /^[\x21-\x39\x3b-\x7e]+$/;

/**
 * Why a text cannot be a password hash of shadow(5); undefined if it can. Never repeats the text: what is wrong with
 * it may be that it is the password itself.
 */
export function passwordHashMistake(text: string): string | undefined {
  if (/^[!*]/.test(text)) return 'is a locked account and not a hash; leave the key out to keep the password as it is';
  if (printable.test(text) && methods.some((method) => method.test(text))) return undefined;
  return 'is not a crypt(5) hash; clear text is refused, make a hash with `openssl passwd -6`';
}
