/** What `cdist preos` and what follows the name of a PreOS both take. */
export const commonOptions = {
  help: { words: ['-h', '--help'], description: 'show this help' },
  logLevel: {
    words: ['-l', '--log-level'],
    takes: 'LOGLEVEL',
    description: 'taken for the sake of cdist, and ignored',
  },
  quiet: { words: ['-q', '--quiet'], description: 'say nothing but errors' },
  beta: { words: ['-b', '--beta'], description: 'taken for the sake of cdist, and ignored' },
} as const;
