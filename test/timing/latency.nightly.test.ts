import { describe } from 'vitest';
import { tellLatency } from './latency-story.ts';

describe('Debian 13', () => tellLatency(13, 5));
