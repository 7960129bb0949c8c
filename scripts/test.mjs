import './launch/check-node.mjs';

import('./launch/run-all-tests.mjs').then(({ runAllTests }) => runAllTests());
