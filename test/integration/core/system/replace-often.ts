// A writer of its own: replaces the file in argv[2] by one that holds nothing but the letter in argv[3], argv[4] times.
import { openFiles } from '../../../../src/core/system/files.ts';

const [, , path = '', letter = '', times = ''] = process.argv;
const files = openFiles('/');
for (let count = Number(times); count > 0; count -= 1) {
  await files.replace(path, letter.repeat(300_000), { mode: 0o600 });
  await files.replaceLink(`${path}.link`, letter);
}
