const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Work that is told when the user or the machine wants it to stop, and may clean up first. Then the process ends by that
 * signal, as its sender expects.
 */
export async function stoppable<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<NodeJS.Signals>();
  const listener = (signal: NodeJS.Signals) => {
    controller.abort();
    stop(signal);
  };
  for (const signal of signals) process.on(signal, listener);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    for (const signal of signals) process.off(signal, listener);
    process.kill(process.pid, await stopped);
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, listener);
  }
}
