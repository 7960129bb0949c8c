import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readAdminKey, USAGE } from './demo/arguments.mjs';

const CLIENT = new URL('../dist/libs/client/src/index.js', import.meta.url);

async function main() {
  const { values } = parseArgs({ options: { url: { type: 'string', default: 'http://127.0.0.1:3000' }, key: { type: 'string' }, help: { type: 'boolean', default: false } } });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (!existsSync(CLIENT)) throw new Error('The client is not built yet. Run npm start once (in another terminal: the demo needs the running server).');
  const { TollkeeperClient } = await import(CLIENT.href);
  const { tellTheStory } = await import('./demo/story.mjs');
  await tellTheStory(new TollkeeperClient({ baseUrl: values.url, apiKey: values.key ?? readAdminKey() }), values.url);
}

main().catch((error) => {
  // The code names what to look up; a stack would only hide the sentence.
  const cure = error?.code === 'connection_failed' ? ' Is the server running? Start it with npm start, and name its address with --url when it is another one.' : '';
  console.error(`\nThe demo stopped: ${error?.message ?? error}${cure}`);
  process.exitCode = 1;
});
