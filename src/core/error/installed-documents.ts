/** Where the package of the agent installs `docs/`, for messages: nobody who reads one has the source at hand. */
export const installedDocuments = '/usr/share/doc/gandi-vm-agent/docs';
