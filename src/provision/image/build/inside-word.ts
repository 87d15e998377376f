/** The word that the builder starts this program with, in the name spaces of a build. */
export const insideWord = 'image-build-inside';

/** The same for a shell in a build that failed. */
export const enterWord = 'image-enter-inside';
