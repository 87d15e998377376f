/** What the platform may ask on its port; words of CONFIG_HOST_REQUESTS. To add one: a word here, and its request in src/agent/host-request. */
export const requestKinds = ['status', 'detach', 'trim', 'freeze', 'apply'] as const;

/** What may be asked as the package ships it: nothing that makes the machine another one. */
export const shippedRequests: readonly RequestKind[] = ['status', 'detach', 'trim', 'freeze'];

export type RequestKind = (typeof requestKinds)[number];
