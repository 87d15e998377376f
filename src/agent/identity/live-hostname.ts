/** The running kernel's host name; proc(5): writing it is sethostname(2). */
export const liveHostnamePath = '/proc/sys/kernel/hostname';
