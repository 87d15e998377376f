/** Bytes from the start of the *whole* swap disk, not of a partition of it, where the platform puts the payload. */
export const payloadOffset = 512 * 1024;
