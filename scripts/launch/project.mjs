import { fileURLToPath } from 'node:url';

/** The project's root folder, whatever folder the command was given in. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A problem that the user can solve; its message names the cause and the cure and is all that is printed. */
export class LaunchError extends Error {}

/** Somebody asked us to stop, which is no error: nothing is printed. */
export class StopRequested extends Error {
  constructor(exitCode) {
    super();
    this.exitCode = exitCode;
  }
}

export function say(sentence) {
  console.log(`tollkeeper: ${sentence}`);
}

/** Runs a launcher's main function, which answers the exit code. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.exitCode = error instanceof StopRequested ? error.exitCode : 1;
    if (error instanceof LaunchError) console.error(`tollkeeper: ${error.message}`);
    else if (!(error instanceof StopRequested)) console.error(error);
  }
}
