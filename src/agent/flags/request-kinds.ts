/** What the platform may ask on its port; words of CONFIG_HOST_REQUESTS. To add one: a word here, and its request in src/agent/host-request. */
export const requestKinds = ['status', 'detach', 'trim', 'freeze'] as const;

export type RequestKind = (typeof requestKinds)[number];
