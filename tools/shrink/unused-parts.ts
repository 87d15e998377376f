import { emptyEmbeddedCode } from './embedded-code.ts';
import { emptyIcuData } from './icu-data.ts';
import { emptyModules, textsOfModules } from './own-modules.ts';
import type { UnusedPart } from './shrink.ts';
import { isOfIntl, isOfLanguages } from './unused-icu.ts';

/** What turns TypeScript into JavaScript: both programs are bundled as JavaScript. */
const typeStripping = 'internal/deps/amaro/dist/index';
/** Network protocols, fetch() and tools for developers of JavaScript. */
export const unusedByAgent = /^internal\/(?:deps\/undici|quic|dtls|http2|test_runner|debugger)\//;

/** What gandi-agent never uses of Node. */
export const unusedInAgent: readonly UnusedPart[] = [
  { name: 'data of ICU', empty: (executable) => emptyIcuData(executable, isOfIntl) },
  modules('modules of Node', (name) => name === typeStripping || unusedByAgent.test(name)),
  { name: 'compiled code that Node brings', empty: emptyEmbeddedCode },
];

/** What gandi-provision never uses of Node; its plugins are other people's modules, and may use all that JavaScript has. */
export const unusedInProvision: readonly UnusedPart[] = [
  { name: 'data of ICU', empty: (executable) => emptyIcuData(executable, isOfLanguages) },
  modules('modules of Node', (name) => name === typeStripping),
];

function modules(name: string, isUnused: (module: string) => boolean): UnusedPart {
  return { name, empty: (executable) => emptyModules(executable, textsOfModules(isUnused)) };
}
