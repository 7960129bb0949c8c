// Sends rendered requests over keep-alive connections, each of which waits for its answer.
import { Connection } from '../shared/connection.mjs';

export class Sender {
  #port;
  #host;
  #connections;

  constructor(address, connections) {
    const url = new URL(address);
    this.#port = Number(url.port);
    this.#host = url.hostname;
    this.#connections = Array.from({ length: connections }, () => this.#open());
  }

  /**
   * As fast as the server takes them, until all are answered or the time is over.
   * @param requests of `rendered` @returns what was sent, each with `status`, `isDuplicate`, `sendTime` and `millis`; and the seconds it took
   */
  async send(requests, longestInMillis = Infinity) {
    const sent = [];
    const start = performance.now();
    let next = 0;
    const work = (connection) =>
      new Promise((resolve) => {
        const step = () => {
          const began = performance.now();
          if (next >= requests.length || began - start >= longestInMillis) return resolve();
          const { event, bytes } = requests[next];
          next += 1;
          const sendTime = Date.now();
          connection.send(bytes, (status, text) => {
            sent.push({ event, status, isDuplicate: text.includes('"received":false'), sendTime, millis: performance.now() - began });
            step();
          });
        };
        step();
      });
    await Promise.all(this.#connections.map(work));
    return { sent, seconds: (performance.now() - start) / 1_000 };
  }

  /** By itself, on a connection that is free. */
  sendOne({ event, bytes }) {
    const connection = this.#connections.pop() ?? this.#open();
    const sendTime = Date.now();
    return new Promise((resolve) => {
      connection.send(bytes, (status) => {
        this.#connections.push(connection);
        resolve({ event, status, sendTime });
      });
    });
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }

  #open() {
    return new Connection(this.#port, this.#host);
  }
}
