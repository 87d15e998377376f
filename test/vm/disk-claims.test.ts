import { describe } from 'vitest';
import { sharedGuest } from '../../lab/story.ts';
import { tellClaims } from './claims-story.ts';
import { tellStrangers } from './strangers-story.ts';

describe('the disk manager, and what others have a claim to', () => {
  const guest = sharedGuest({ debian: 12 });

  tellStrangers(guest);
  tellClaims(guest);
});
