import { describe } from 'vitest';
import { tellLatency } from './latency-story.ts';

describe('Debian 12', () => tellLatency(12, 3));
