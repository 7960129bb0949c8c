/** How long tests wait for what has to happen: far above what it takes on an idle machine, so that a slow one fails for what it does and not for its speed. */
export const PATIENCE_IN_MILLIS = 120_000;
