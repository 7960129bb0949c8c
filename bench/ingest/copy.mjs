// The machine's limit: COPY of the same rows into copies of the tables and indexes that the path writes.
import pg from 'pg';

const INTO_KEYS = 'copy usage_event_key (event_key, payload_hash) from stdin';
const INTO_EVENTS = 'copy usage_event (account_id, customer_id, meter_api_name, event_time, unique_id, meter_value, dimensions, ingest_time) from stdin';

/** One COPY statement and its data, as the driver submits it. */
class Copy {
  constructor(text, data) {
    Object.assign(this, { text, data });
    this.done = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }

  submit(connection) {
    connection.query(this.text);
  }

  handleCopyInResponse(connection) {
    connection.sendCopyFromChunk(this.data);
    connection.endCopyFrom();
  }

  handleError(error) {
    this.reject(error);
  }

  handleReadyForQuery() {
    this.resolve();
  }

  handleCommandComplete() {}
}

export class Copiers {
  #clients;

  static async open(connectionString, count) {
    const copiers = new Copiers();
    copiers.#clients = Array.from({ length: count }, () => new pg.Client({ connectionString }));
    for (const client of copiers.#clients) await client.connect();
    return copiers;
  }

  /** As fast as it goes until the time is over, each backend one transaction after the other. @param transactions of `rowsOf` with `count` */
  async copy(transactions, longestInMillis) {
    const start = performance.now();
    let [next, events] = [0, 0];
    await Promise.all(
      this.#clients.map(async (client) => {
        while (next < transactions.length && performance.now() - start < longestInMillis) {
          const { keys, events: rows, count } = transactions[next++];
          await client.query('begin');
          for (const copy of [new Copy(INTO_KEYS, keys), new Copy(INTO_EVENTS, rows)]) await client.query(copy).done;
          await client.query('commit');
          events += count;
        }
      }),
    );
    return { events, seconds: (performance.now() - start) / 1_000 };
  }

  async close() {
    for (const client of this.#clients) await client.end();
  }
}
