/** All that a tool gets to see of the environment: no setting of the one who started the agent. */
export const toolEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
