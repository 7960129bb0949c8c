// Sends rendered requests over keep-alive connections: as fast as they are answered, or at a pace of its own.
import { Connection } from '../shared/connection.mjs';

const TICK_IN_MILLIS = 1;

export class Sender {
  #connections;

  constructor(address, connections) {
    const { port, hostname } = new URL(address);
    this.#connections = Array.from({ length: connections }, () => new Connection(Number(port), hostname));
  }

  /**
   * Every connection sends its next request when the last one is answered, until the time is over or all are sent.
   * @returns `{millis: of each answer, acknowledged: batches answered 200, events in them, refused: other answers, seconds}`
   */
  async send(requests, { longestInMillis, again = false }) {
    const result = newResult();
    const start = performance.now();
    let next = 0;
    const work = (connection) =>
      new Promise((resolve) => {
        const step = () => {
          const began = performance.now();
          if (began - start >= longestInMillis || (next >= requests.length && !again)) return resolve();
          const request = requests[next++ % requests.length];
          connection.send(request.bytes, (status) => {
            note(result, request, status, began);
            step();
          });
        };
        step();
      });
    await Promise.all(this.#connections.map(work));
    return { ...result, seconds: (performance.now() - start) / 1_000 };
  }

  /** So many a second whatever the answers take. What waits for a free connection waits in its time. @param request answers the next one, or null at the end */
  async sendPaced(request, requestsPerSecond, { keepsBatches = true } = {}) {
    const result = newResult();
    const free = [...this.#connections];
    const due = [];
    const start = performance.now();
    let [scheduled, isOver] = [0, false];
    const go = () => {
      while (free.length > 0 && due.length > 0) {
        const { request: one, dueAt } = due.shift();
        // The one that has rested longest: servers close connections that rest too long.
        const connection = free.shift();
        connection.send(one.bytes, (status) => {
          note(result, one, status, dueAt, keepsBatches);
          free.push(connection);
          go();
        });
      }
    };
    while (!isOver || free.length < this.#connections.length) {
      for (const until = performance.now(); !isOver && start + (scheduled * 1_000) / requestsPerSecond <= until; scheduled += 1) {
        const one = request();
        if (one === null) isOver = true;
        else due.push({ request: one, dueAt: start + (scheduled * 1_000) / requestsPerSecond });
      }
      go();
      await new Promise((resolve) => setTimeout(resolve, TICK_IN_MILLIS));
    }
    return { ...result, seconds: (performance.now() - start) / 1_000 };
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }
}

const newResult = () => ({ millis: [], acknowledged: [], events: 0, refused: 0 });

function note(result, { batch }, status, began, keepsBatches = true) {
  if (keepsBatches) result.millis.push(performance.now() - began);
  if (status !== 200) {
    result.refused += 1;
    return;
  }
  if (keepsBatches) result.acknowledged.push(batch);
  result.events += batch.length;
}
