import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { throwIfStopRequested } from './child.mjs';
import { runNpm } from './npm.mjs';
import { LaunchError, ROOT, say } from './project.mjs';

const SOURCE_FOLDERS = ['src', 'libs'];
const BUILD_SETTINGS = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.app.json', '.swcrc'];
export const SERVER = join(ROOT, 'dist', 'src', 'main.js');

/** Builds dist/ unless it was built from exactly the sources that lie here now. */
export async function buildIfNeeded() {
  // Inside dist/, which every build empties first: an interrupted build leaves no stamp.
  const stampFile = join(ROOT, 'dist', '.built-from');
  const stamp = stampOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(SERVER)) return;

  say('building…');
  const exitCode = await runNpm(['run', '--silent', 'build'], { quietUnlessFailed: true });
  throwIfStopRequested();
  if (exitCode !== 0 || !existsSync(SERVER)) throw new LaunchError('The build failed; its errors stand above.');
  writeFileSync(stampFile, stamp);
}

/** Sizes and times instead of contents: reading a few hundred names takes milliseconds on every start. */
function stampOfSources() {
  const hash = createHash('sha256');
  const files = [...BUILD_SETTINGS, ...SOURCE_FOLDERS.flatMap(filesBelow)];
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.name.endsWith('.spec.ts') ? [] : [path];
  });
}
