import { resolve } from 'node:path';
import { API } from 'typescript/unstable/sync';
import { afterAll } from 'vitest';

const api = new API({ cwd: resolve('.') });
afterAll(() => api.close());

/** The project as the compiler sees it, for as long as the file of tests that asks runs. */
export const project = (() => {
  const [opened] = api.updateSnapshot({ openProject: resolve('tsconfig.json') }).getProjects();
  if (opened === undefined) throw new Error('the compiler does not open tsconfig.json');
  return opened;
})();
