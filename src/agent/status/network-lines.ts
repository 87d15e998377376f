import type { LinkReport, NetworkReport } from './network-report.ts';

/** For people: what configures the network, then each link with its files, addresses and differences. */
export function renderNetworkReport(report: NetworkReport): string[] {
  const { tool, resolver, nameservers, onTrial, links } = report;
  return [
    `configured by  ${tool ?? 'nothing that the agent knows'}`,
    `resolver       ${[resolver, ...nameservers].join(' ')}`,
    ...(onTrial ? ['on trial       a change has not yet shown that it works'] : []),
    ...(links.length === 0 ? ['this machine has no network interface'] : links.flatMap(renderLink)),
  ];
}

function renderLink({ name, macAddress, vif, files, configured, live, differs }: LinkReport): string[] {
  const wanted = configured && [
    ...configured.addresses,
    ...configured.gateways.map((gateway) => `via ${gateway}`),
    ...configured.dynamic,
  ];
  return [
    '',
    `${name}  ${macAddress}${vif === null ? '' : `  vif ${vif}`}`,
    ...files.map(({ path, source }) => `  file        ${path} (${source})`),
    ...(wanted === null ? [] : [`  configured  ${wanted.length === 0 ? 'nothing' : wanted.join(' ')}`]),
    `  live        ${[...live.addresses, ...live.gateways.map((gateway) => `via ${gateway}`)].join(' ') || 'nothing'}`,
    ...differs.map((difference) => `  differs     ${difference}`),
  ];
}
