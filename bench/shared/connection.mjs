// Sends rendered requests over a keep-alive connection, one at a time: HTTP clients cost more than the servers that are measured.
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
