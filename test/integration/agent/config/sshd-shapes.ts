export const sshdMain = '/etc/ssh/sshd_config';
export const sshdInclude = 'Include /etc/ssh/sshd_config.d/*.conf\n';

/** Twelve ways in which admins have sshd set up: files, and whom `PermitRootLogin` lets in once `config` has run. */
export const sshdShapes: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, string]> = [
  ['as Debian ships it', { [sshdMain]: `${sshdInclude}UsePAM yes\n` }, 'without-password'],
  ['S7: PermitRootLogin no behind the Include', { [sshdMain]: `${sshdInclude}PermitRootLogin no\n` }, 'no'],
  [
    'S7: PermitRootLogin no in a drop-in',
    { [sshdMain]: sshdInclude, '/etc/ssh/sshd_config.d/99-own.conf': 'permitrootlogin no\n' },
    'no',
  ],
  ['PermitRootLogin yes with an equals sign', { [sshdMain]: `${sshdInclude}PermitRootLogin=yes\n` }, 'yes'],
  ['S7: listening on one address alone', { [sshdMain]: `${sshdInclude}ListenAddress 127.0.0.1\n` }, 'without-password'],
  [
    'L1: a Match block at the end, with Include',
    { [sshdMain]: `${sshdInclude}Match User git\n  PermitTTY no\n` },
    'without-password',
  ],
  [
    'L1: a Match block at the end, without Include',
    { [sshdMain]: 'UsePAM yes\nMatch User git\n  PermitTTY no\n' },
    'without-password',
  ],
  ['no Include, PermitRootLogin no', { [sshdMain]: 'PermitRootLogin no\nUsePAM yes' }, 'no'],
  ['no Include, a comment at the end and no line feed', { [sshdMain]: 'UsePAM yes\n# end' }, 'without-password'],
  [
    'an Include inside a Match block alone',
    { [sshdMain]: `UsePAM yes\nMatch User git\n${sshdInclude}` },
    'without-password',
  ],
  ['an empty file', { [sshdMain]: '' }, 'without-password'],
  [
    'PermitRootLogin inside a Match block alone',
    { [sshdMain]: `${sshdInclude}Match Address 10.0.0.0/8\nPermitRootLogin yes\n` },
    'without-password',
  ],
];
