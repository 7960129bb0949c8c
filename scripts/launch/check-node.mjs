// Evaluated before anything else is even parsed, and worded so that Nodes of ten years understand it.
const major = Number(process.versions.node.split('.')[0]);
if (!(major >= 20)) {
  console.error(
    'Tollkeeper needs Node 20 or newer to start (it then brings the version it runs on), and this is Node ' +
      process.versions.node +
      '. Install a current Node from https://nodejs.org and try again.',
  );
  process.exit(1);
}
