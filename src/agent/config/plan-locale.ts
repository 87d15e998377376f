import { AgentError } from '../../core/error/agent-error.ts';
import type { Action } from './actions.ts';
import type { LocaleFacts } from './locale.ts';
import type { ConfigPlan } from './config-step.ts';

/** LANG in the file that this distribution reads; every other line of it stays. */
export function planLocale(locale: string, { path, text, isInstalled }: LocaleFacts): ConfigPlan {
  if (!isInstalled) throw notInstalled(locale);
  const others = (text ?? '').split('\n').filter((line) => !/^\s*(?:export\s+)?LANG=/.test(line) && line !== '');
  const content = `${[`LANG=${locale}`, ...others].join('\n')}\n`;
  const writes: readonly Action[] = [
    { kind: 'write-file', path, content, mode: 0o644 },
    { kind: 'use-locale', locale, path },
  ];
  return { wanted: locale, actions: text === content ? [] : writes };
}

function notInstalled(locale: string): AgentError {
  return new AgentError('cannot set the locale: it is not installed', {
    code: 'config.unknown-locale',
    subject: locale,
    remedy: 'see `locale -a`; install it with locale-gen or a language package',
  });
}
