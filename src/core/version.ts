import manifest from '../../package.json' with { type: 'json' };

/** The version of the package and of `gandi-agent --version`; package.json is the one place that states it. */
export const version: string = manifest.version;
