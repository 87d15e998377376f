import { expect, test } from 'vitest';
import { passwordHashMistake } from '../../../../src/agent/machine-config/password-hash.ts';

// The examples of methods have random digests of the right length; only the form is looked at.
const digest = (length: number) => './09AZaz'.repeat(12).slice(0, length);

test.each([
  `$1$saltsalt$${digest(22)}`,
  `$5$salt$${digest(43)}`,
  `$5$rounds=80000$salt$${digest(43)}`,
  `$6$abcdefghabcdefgh$${digest(86)}`,
  `$6$rounds=5000$abc$${digest(86)}`,
  `$y$j9T$${digest(22)}$${digest(43)}`,
  `$gy$j9T$${digest(22)}$${digest(43)}`,
  `$7$CU..../....${digest(20)}$${digest(43)}`,
  `$2b$12$${digest(53)}`,
])('%s is a hash', (hash) => expect(passwordHashMistake(hash)).toBeUndefined());

test.each([
  'hunter2',
  'AAsaltsalt123',
  '!',
  '*',
  `!$6$salt$${digest(86)}`,
  `$6$salt$${digest(85)}`,
  `$6$salt$${digest(86)}\n`,
  `$6$salt$${digest(86)}:0:0`,
  `$6$sa:t$${digest(86)}`,
  `$6$sa\u0000t$${digest(86)}`,
  `$9$salt$${digest(86)}`,
  '$6$',
])('%j is none', (text) => expect(passwordHashMistake(text)).toMatch(/^is /));
