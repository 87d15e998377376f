import { startupSnapshot } from 'node:v8';
import { startProgram } from '../core/command/start-program.ts';
import { agent, main } from './main.ts';

// What the executable is built from: every module below main.ts is evaluated once, when the snapshot is built, and
// the customer's machine begins in start(). So nothing about the machine may be read before.
if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(start);
else start();

function start(): void {
  startProgram(agent.name, main);
}
