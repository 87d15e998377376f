import type { Action, Step } from './actions.ts';
import type { PluginFacts } from './plugins.ts';
import type { Flags } from '../flags/flag-table.ts';

// run-parts(8): what a package manager or an editor leaves beside a program has a name of another form (S8).
const programName = /^[A-Za-z0-9_-]+$/;

/** The admin's own steps in the order of their names, then the hook; at every run, as only they know what they do. */
export function planPlugins({ executables, hook }: PluginFacts, flags: Flags): { steps: Step[]; notes: string[] } {
  const names = flags.CONFIG_PLUGINS ? executables : [];
  const folder = flags.GANDI_PLUGIN_DIR;
  const hookAction: Action[] =
    hook === undefined ? [] : [{ kind: 'run-hook', hook: 'post-vm-config', path: hook, arguments: [] }];
  return {
    steps: [
      ...names.filter((name) => programName.test(name)).map((name) => planPlugin(`${folder}/${name}`, flags)),
      { name: 'hook post-vm-config', actions: hookAction },
    ].filter(({ actions }) => actions.length > 0),
    notes: names
      .filter((name) => !programName.test(name))
      .map((name) => `${folder}/${name} is not run: only letters, digits, - and _ make the name of a step`),
  };
}

function planPlugin(path: string, flags: Flags): Step {
  const name = `plugin ${path.split('/').at(-1)}`;
  return { name, actions: [{ kind: 'run-plugin', path, timeoutSeconds: flags.CONFIG_PLUGIN_TIMEOUT }] };
}
