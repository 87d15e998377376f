/** A menu of one entry, as each boot loader gets it in its own language. */
export type Menu =
  | { readonly kind: 'local' }
  /** A file that the profile names is not in the store. */
  | { readonly kind: 'missing'; readonly path: string }
  | {
      readonly kind: 'system';
      readonly name: string;
      /** Paths on this server, from its root. */
      readonly kernel: string;
      readonly initrds: readonly string[];
      readonly arguments: string;
    };

/** Draws a menu. @param server the address of this server, `http://192.0.2.1:3000` */
export type RenderMenu = (menu: Menu, server: string) => string;
