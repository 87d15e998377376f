import { startProgram } from '../core/command/start-program.ts';
import { enterWord, insideWord } from './image/build/inside-word.ts';

// A build starts this program once more inside of its name spaces, where only the build is needed: the rest would take a
// quarter of a second of processor time to load.
startProgram('gandi-provision', async (args, calledAs, terminal) => {
  if (args[0] === insideWord) return (await import('./image/build/build-inside.ts')).buildInside(terminal);
  if (args[0] === enterWord) return (await import('./image/build/enter-inside.ts')).enterInside(terminal);
  return (await import('./main.ts')).main(args, calledAs, terminal);
});
