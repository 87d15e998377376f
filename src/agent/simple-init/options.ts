/** What a caller of simple-init, or of glean, asks for. */
export interface SimpleInitOptions {
  /** Print what would be written, and change nothing. */
  readonly noop: boolean;
  /** The tree that is read and changed. */
  readonly root: string;
  /** A distribution's name; null for the one of os-release. */
  readonly distro: string | null;
  /** The only NIC to configure; null for all. */
  readonly interface: string | null;
  readonly ssh: boolean;
  readonly hostname: boolean;
  readonly skipNetwork: boolean;
  readonly useNetworkManager: boolean;
  readonly skipDns: boolean;
  readonly dhcpFallback: boolean;
  readonly debug: boolean;
}
