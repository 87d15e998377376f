import type { Readable } from 'node:stream';

/** Fields of one message; see run-parts.ts. */
export type Message = readonly string[];

/** The messages of a channel: fields that end with a NUL byte each, and an empty field after the last of a message. */
export async function* readMessages(channel: Readable): AsyncGenerator<Message> {
  let rest = Buffer.alloc(0);
  let fields: string[] = [];
  for await (const piece of channel as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, piece]);
    for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
      const field = rest.subarray(0, end).toString();
      rest = rest.subarray(end + 1);
      if (field !== '') fields.push(field);
      else {
        yield fields;
        fields = [];
      }
    }
  }
}
