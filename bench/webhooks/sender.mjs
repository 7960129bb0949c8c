// Sends rendered requests over keep-alive connections, each of which waits for its answer: HTTP clients cost more than the servers that are measured.
import { connect } from 'node:net';

export class Connection {
  #socket;
  #received = '';
  #answered = () => undefined;

  constructor(port, host) {
    this.#socket = connect(port, host).setNoDelay(true);
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => this.#answered(0, ''));
  }

  /** @param answered called with status and text */
  send(bytes, answered) {
    this.#answered = answered;
    this.#socket.write(bytes);
  }

  close() {
    this.#socket.destroy();
  }

  #read(chunk) {
    const received = this.#received === '' ? chunk : this.#received + chunk;
    this.#received = received;
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1]);
    if (received.length < head + 4 + length) return;
    this.#received = '';
    this.#answered(Number(received.slice(9, 12)), received.slice(head + 4));
  }
}

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
