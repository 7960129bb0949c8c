import { buildIfNeeded, SERVER } from './build.mjs';
import { runChild } from './child.mjs';
import { installPackages } from './install.mjs';
import { prepareOneAtATime } from './preparation.mjs';
import { findProjectNode } from './project-node.mjs';
import { runMain } from './project.mjs';

/** `npm start`: installs and builds what is missing, then runs the server until it ends; its exit code is ours. */
export function startServer(args) {
  return runMain(async () => {
    await prepareOneAtATime(installPackages, buildIfNeeded);
    return await runChild(findProjectNode(), [SERVER, ...args], { ownGroup: true });
  });
}
