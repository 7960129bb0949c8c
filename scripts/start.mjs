import './launch/check-node.mjs';

import('./launch/start-server.mjs').then(({ startServer }) => startServer(process.argv.slice(2)));
