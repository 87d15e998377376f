/** Splits what `--noop` prints, and what glean's expected files hold, into the content of each file by its path. */
export function writeBlocks(text: string): Map<string, string> {
  const blocks = text.split(/^### Write /m).slice(1);
  return new Map(
    blocks.map((block) => {
      const end = block.indexOf('\n');
      return [block.slice(0, end), block.slice(end + 1)] as const;
    }),
  );
}
