/** One message of an event stream; a heartbeat has none of the fields. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly data?: string;
  readonly retryInMillis?: number;
}

/**
 * Reads a text/event-stream body message by message (WHATWG HTML, section 9.2). Comments count as signs of life only.
 * @param connection aborted when nothing was heard for `idleTimeoutInMillis`, which ends the reading with an error
 */
export async function* readServerSentEvents(response: Response, connection: AbortController, idleTimeoutInMillis: number): AsyncGenerator<ServerSentEvent, void, void> {
  if (response.body === null) {
    return;
  }
  const decoder = new TextDecoder();
  let text = '';
  let timer = setTimeout(() => connection.abort(), idleTimeoutInMillis);
  try {
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => connection.abort(), idleTimeoutInMillis);
      text += decoder.decode(chunk, { stream: true });
      // A carriage return at the very end may be half of a line break.
      const complete = /^[^]*(?:\r\n\r\n|\n\n|\r\r(?!$))/.exec(text)?.[0] ?? '';
      text = text.slice(complete.length);
      for (const block of complete.split(/\r\n\r\n|\n\n|\r\r/)) {
        if (block !== '') {
          yield messageOf(block);
        }
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(block: string): ServerSentEvent {
  const data: string[] = [];
  let message: ServerSentEvent = {};
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name = '', value = ''] = /^([^:]*):? ?([^]*)$/.exec(line) ?? [];
    if (name === 'data') {
      data.push(value);
    } else if (name === 'id' && !value.includes('\0')) {
      message = { ...message, id: value };
    } else if (name === 'retry' && /^\d+$/.test(value)) {
      message = { ...message, retryInMillis: Number(value) };
    }
  }
  return data.length === 0 ? message : { ...message, data: data.join('\n') };
}
