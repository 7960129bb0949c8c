/**
 * Calls `stop` once when the launcher that started this process is gone, `kill -9` included: then nobody is left to pass on a Ctrl-C.
 *
 * The launcher keeps a channel open to its child, which the kernel closes with either of them. A process started in any other way
 * (container, service manager, shell) has no such channel and is left alone.
 */
export function stopWithLauncher(stop: () => void): void {
  // Undefined without a channel, false once it has closed.
  if (process.connected === undefined) return;
  if (!process.connected) return stop();
  process.once('disconnect', stop);
  // The listener alone must not keep a finished process alive.
  process.channel?.unref();
}
