import { startProgram } from '../core/command/start-program.ts';
import { main, provision } from './main.ts';

startProgram(provision.name, main);
