import { observeConsoles } from './consoles.ts';
import { observeCron } from './cron.ts';
import { observeExtChecks } from '../disk/ext-checks.ts';
import { observeKernelArguments } from '../facts/kernel-arguments.ts';
import { observeLocale } from './locale.ts';
import { observeMotd } from './motd.ts';
import { observeFstab } from '../disk/root-file-system.ts';
import { observeSshd } from '../access/sshd.ts';
import { observeTimeService } from './time-service.ts';
import { observeTimezone } from './timezone.ts';
import type { System } from '../../core/system/system.ts';
import type { ConfigContext, ConfigPlan, ConfigStep } from './config-step.ts';
import { planConsoles } from './plan-consoles.ts';
import { planCron } from './plan-cron.ts';
import { planExtChecks } from './plan-ext-checks.ts';
import { planFstab } from './plan-fstab.ts';
import { planHosts } from './plan-hosts.ts';
import { planLocale } from './plan-locale.ts';
import { planMotd } from './plan-motd.ts';
import { planSshd } from './plan-sshd.ts';
import { chooseTimezone, planTimezone } from './plan-timezone.ts';
import { planTimeServers } from './plan-time-servers.ts';

/** The steps of `config`, in this order. To add one: an observer in facts/, a planner here, a flag, a line. */
export const configSteps: readonly ConfigStep[] = [
  { name: 'consoles', flag: 'CONFIG_CONSOLE', plan: async (system) => planConsoles(await observeConsoles(system)) },
  { name: 'hosts', flag: 'CONFIG_FSTAB', plan: async ({ files }) => planHosts(await files.read('/etc/hosts')) },
  { name: 'fstab', flag: 'CONFIG_FSTAB', plan: async (system) => planFstab(await observeFstab(system)) },
  { name: 'cron', flag: 'CONFIG_CRON', plan: async (system) => planCron(await observeCron(system)) },
  { name: 'timezone', flag: 'CONFIG_TIMEZONE', plan: planTimezoneOf },
  { name: 'sshd', flag: 'CONFIG_SSHD', plan: async (system) => planSshd(await observeSshd(system)) },
  { name: 'message of the day', flag: 'CONFIG_MOTD', plan: async (system) => planMotd(await observeMotd(system)) },
  {
    name: 'file system checks',
    flag: 'CONFIG_EXT_CHECKS',
    plan: async (system) => planExtChecks(await observeExtChecks(system)),
  },
  { name: 'locale', flag: 'CONFIG_LOCALE', plan: planLocaleOf },
  {
    name: 'time servers',
    flag: 'CONFIG_NTP',
    plan: async (system, { config }) => planTimeServers(config?.timeServers ?? [], await observeTimeService(system)),
  },
];

async function planTimezoneOf(system: System, context: ConfigContext): Promise<ConfigPlan | undefined> {
  const zone = chooseTimezone(context, await observeKernelArguments(system));
  return zone === undefined ? undefined : planTimezone(zone, await observeTimezone(system, zone));
}

async function planLocaleOf(system: System, { config }: ConfigContext): Promise<ConfigPlan | undefined> {
  const locale = config?.locale;
  return locale ? planLocale(locale, await observeLocale(system, locale)) : undefined;
}
