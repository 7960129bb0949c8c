import { RETURNED_MONEY_STORIES } from '../../support/crash/returned-money-stories.js';
import { tellWithDeaths } from '../../support/crash/told-with-deaths.js';

// A file for each kind of story, so that they run side by side.
tellWithDeaths('while money goes back', RETURNED_MONEY_STORIES);
