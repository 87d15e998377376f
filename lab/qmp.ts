export { Qmp, type QmpEvent } from '../src/provision/guest/qmp.ts';
