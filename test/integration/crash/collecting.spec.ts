import { COLLECTION_STORIES } from '../../support/crash/crash-stories.js';
import { tellWithDeaths } from '../../support/crash/told-with-deaths.js';

// A file for each kind of story, so that they run side by side.
tellWithDeaths('while it collects', COLLECTION_STORIES);
