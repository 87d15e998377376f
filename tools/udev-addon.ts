import { execa } from 'execa';

/** What is compiled into the addon: its licences go with it. */
export const addonFolders = ['node_modules/udev', 'node_modules/node-addon-api', 'node_modules/node-api-headers'];

/**
 * Compiles node-udev, an addon of Node, without node-gyp: that downloads the headers of Node, which npm has too. The agent
 * loads it when it runs, as no snapshot can hold an addon. It asks for libudev 1 and for no version of Node (Node-API).
 * @param output path of the file, `udev.node`
 */
export async function buildUdevAddon(output: string): Promise<void> {
  const [udev = '', addonApi = '', apiHeaders = ''] = addonFolders;
  const includes = [`-I${apiHeaders}/include`, `-I${addonApi}`];
  const compile = ['-shared', '-fPIC', '-std=c++17', '-O2', '-D_FORTIFY_SOURCE=2', '-fstack-protector-strong'];
  const link = ['-s', '-Wl,-z,relro,-z,now', '-Wl,--build-id=none', '-ludev', '-o', output];
  const sources = [`${udev}/main.cc`, `${udev}/udev.cc`];
  await execa('g++', [...compile, '-DNODE_GYP_MODULE_NAME=udev', ...includes, ...sources, ...link], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
