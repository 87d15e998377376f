/** Bytes from the start of the *whole* swap disk, not of a partition of it, where the platform puts the payload. */
export const payloadOffset = 512 * 1024;

/** How many bytes from there on are searched for the headers of a payload whose first block is damaged. */
export const payloadSearchLength = 1024 * 1024;
