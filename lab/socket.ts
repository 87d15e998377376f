export { connectWhenThere, readLines } from '../src/core/system/line-socket.ts';
