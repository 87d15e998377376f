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
import { type ConfigStep, configStep } from './config-step.ts';
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

export const sshdStep = configStep({ name: 'sshd', flag: 'CONFIG_SSHD', observe: observeSshd, plan: planSshd });

/** The steps of `config`, in this order. To add one: an observer and a planner here, a flag, a line. */
export const configSteps: readonly ConfigStep[] = [
  configStep({ name: 'consoles', flag: 'CONFIG_CONSOLE', observe: observeConsoles, plan: planConsoles }),
  configStep({
    name: 'hosts',
    flag: 'CONFIG_FSTAB',
    observe: ({ files }) => files.read('/etc/hosts'),
    plan: planHosts,
  }),
  configStep({ name: 'fstab', flag: 'CONFIG_FSTAB', observe: observeFstab, plan: planFstab }),
  configStep({ name: 'cron', flag: 'CONFIG_CRON', observe: observeCron, plan: planCron }),
  configStep({
    name: 'timezone',
    flag: 'CONFIG_TIMEZONE',
    observe: async (system, context) => {
      const zone = chooseTimezone(context, await observeKernelArguments(system));
      return zone === undefined ? undefined : { zone, facts: await observeTimezone(system, zone) };
    },
    plan: (seen) => (seen === undefined ? undefined : planTimezone(seen.zone, seen.facts)),
  }),
  sshdStep,
  configStep({ name: 'message of the day', flag: 'CONFIG_MOTD', observe: observeMotd, plan: planMotd }),
  configStep({ name: 'file system checks', flag: 'CONFIG_EXT_CHECKS', observe: observeExtChecks, plan: planExtChecks }),
  configStep({
    name: 'locale',
    flag: 'CONFIG_LOCALE',
    observe: async (system, { config }) =>
      config?.locale ? { locale: config.locale, facts: await observeLocale(system, config.locale) } : undefined,
    plan: (seen) => (seen === undefined ? undefined : planLocale(seen.locale, seen.facts)),
  }),
  configStep({
    name: 'time servers',
    flag: 'CONFIG_NTP',
    observe: observeTimeService,
    plan: (facts, { config }) => planTimeServers(config?.timeServers ?? [], facts),
  }),
];
