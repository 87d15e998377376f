import { isDefaultRoute, type NetworkModel } from '../network-config/model.ts';

/** By what a network configuration shows that it works: the machine's way to everybody else. */
export type WayOut =
  /** Every gateway that it names answers, and carries a default route. */
  | { readonly kind: 'gateways'; readonly gateways: readonly string[] }
  /** It names none, and gets one by DHCP or router advertisement. */
  | { readonly kind: 'any' }
  /** It has none, as the machine of a private network. */
  | { readonly kind: 'none' };

export function wayOutOf({ links }: NetworkModel): WayOut {
  const networks = links.flatMap((link) => link.networks);
  const gateways = networks
    .flatMap(({ routes }) => routes.filter(isDefaultRoute))
    .flatMap(({ gateway }) => gateway ?? []);
  if (gateways.length > 0) return { kind: 'gateways', gateways };
  return networks.some(({ method }) => method !== 'static') ? { kind: 'any' } : { kind: 'none' };
}

/** A default route of the running machine. */
export interface DefaultRoute {
  readonly family: 'ipv4' | 'ipv6';
  /** Null for a route into a device, such as a tunnel. */
  readonly gateway: string | null;
  readonly device: string;
  /** Whether the gateway was just heard of. */
  readonly answers: boolean;
}

/** Whether the running machine has the way out. */
export function hasWayOut(wanted: WayOut, routes: readonly DefaultRoute[]): boolean {
  const open = routes.filter(({ gateway, answers }) => gateway === null || answers);
  switch (wanted.kind) {
    case 'gateways':
      return wanted.gateways.every((gateway) => open.some((route) => route.gateway === gateway));
    case 'any':
      return open.length > 0;
    case 'none':
      return true;
  }
}
