import manifest from '../../package.json' with { type: 'json' };

/** The version of both programs and their packages; package.json is the one place that states it. */
export const version: string = manifest.version;
