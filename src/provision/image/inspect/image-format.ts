import { z } from 'zod';
import { AgentError } from '../../../core/error/agent-error.ts';
import type { System } from '../../../core/system/system.ts';

const imageInfo = z.object({ format: z.string(), 'virtual-size': z.int() });

/** What qemu-img says of a file. @throws AgentError `inspect.no-image` */
export async function describeImage(path: string, { processes }: System): Promise<z.output<typeof imageInfo>> {
  const { stdout } = await processes.run('qemu-img', ['info', '--output=json', path]).catch((cause: unknown) => {
    throw new AgentError('it cannot be read as an image', {
      code: 'inspect.no-image',
      subject: path,
      remedy: 'name a file that qemu-img knows, such as a raw or qcow2 image',
      cause,
    });
  });
  return imageInfo.parse(JSON.parse(stdout));
}

/** qemu-img's word for the format of an image. @throws AgentError `inspect.no-image` */
export async function imageFormat(path: string, system: System): Promise<string> {
  return (await describeImage(path, system)).format;
}
