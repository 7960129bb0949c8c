/** One durable row: `table` is a Stripe object type or one of the sandbox's own tables, `value` null means deleted. */
export interface StoredRow {
  account: string;
  table: string;
  id: string;
  sequence: number;
  value: unknown;
}

interface Entry {
  sequence: number;
  value: unknown;
}

interface Undo {
  table: string;
  id: string;
  before: Entry | undefined;
}

/**
 * The rows of one sandbox account in memory. Every change happens inside `transact`, which is synchronous: a request is
 * therefore atomic for every other request, and a refused one leaves nothing behind.
 */
export class StoredRows {
  private readonly tables = new Map<string, Map<string, Entry>>();
  private readonly index = new Map<string, Set<string>>();
  private undo: Map<string, Undo> | undefined;
  private lastSequence = 0;

  constructor(private readonly account: string) {}

  /** Puts a recovered row in place without recording it again. */
  restore(row: StoredRow): void {
    this.lastSequence = Math.max(this.lastSequence, row.sequence);
    this.place(row.table, row.id, row.value === null ? undefined : { sequence: row.sequence, value: row.value });
  }

  get<T>(table: string, id: string): T | undefined {
    return this.tables.get(table)?.get(id)?.value as T | undefined;
  }

  /** Newest first. */
  list<T>(table: string): T[] {
    return newestFirst([...(this.tables.get(table)?.values() ?? [])]).map((entry) => entry.value as T);
  }

  /** Ids and values of a table, in no promised order. */
  entries<T>(table: string): [string, T][] {
    return [...(this.tables.get(table) ?? [])].map(([id, entry]) => [id, entry.value as T]);
  }

  /** The rows under a parent, newest first; see `PARENTS`. */
  children<T>(table: string, parent: string): T[] {
    const ids = [...(this.index.get(`${table}\n${parent}`) ?? [])];
    return newestFirst(ids.flatMap((id) => this.tables.get(table)?.get(id) ?? [])).map((entry) => entry.value as T);
  }

  put(table: string, id: string, value: unknown): void {
    this.remember(table, id);
    const known = this.tables.get(table)?.get(id);
    this.place(table, id, { sequence: known?.sequence ?? ++this.lastSequence, value });
  }

  /** The live value, open for changes until the transaction ends. */
  edit<T>(table: string, id: string): T | undefined {
    const entry = this.tables.get(table)?.get(id);
    if (entry) this.remember(table, id);
    return entry?.value as T | undefined;
  }

  remove(table: string, id: string): void {
    this.remember(table, id);
    this.place(table, id, undefined);
  }

  clearTable(table: string): void {
    for (const id of [...(this.tables.get(table)?.keys() ?? [])]) this.remove(table, id);
  }

  /** Drops everything. Nothing can go wrong in between, so no copies are kept for going back. */
  clear(): void {
    for (const [table, entries] of this.tables) for (const [id, before] of entries) this.undo?.set(`${table}\n${id}`, { table, id, before });
    this.tables.clear();
    this.index.clear();
  }

  /**
   * Runs `work` and answers what it returned with the rows it changed. An error undoes all of it, unless `keepsEffects`
   * says that the error is itself an outcome (a declined card leaves a failed attempt).
   */
  transact<T>(work: () => T, keepsEffects: (error: unknown) => boolean): { result?: T; error?: unknown; rows: StoredRow[] } {
    if (this.undo) throw new Error('A transaction is already open on this account');
    this.undo = new Map();
    try {
      const result = work();
      return { result, rows: this.changedRows() };
    } catch (error) {
      if (keepsEffects(error)) return { error, rows: this.changedRows() };
      this.rollBack();
      return { error, rows: [] };
    } finally {
      this.undo = undefined;
    }
  }

  /** Runs `work` inside the open transaction and takes its changes back; the answer is a copy of what it returned. For previews. */
  tryOut<T>(work: () => T): T {
    const outer = this.undo;
    this.undo = new Map();
    try {
      return structuredClone(work());
    } finally {
      this.rollBack();
      this.undo = outer;
    }
  }

  allRows(): StoredRow[] {
    const rows: StoredRow[] = [];
    for (const [table, entries] of this.tables) {
      for (const [id, entry] of entries) rows.push({ account: this.account, table, id, sequence: entry.sequence, value: entry.value });
    }
    return rows;
  }

  private changedRows(): StoredRow[] {
    return [...(this.undo?.values() ?? [])].map(({ table, id, before }) => {
      const entry = this.tables.get(table)?.get(id);
      return { account: this.account, table, id, sequence: entry?.sequence ?? before?.sequence ?? 0, value: entry?.value ?? null };
    });
  }

  private rollBack(): void {
    for (const { table, id, before } of this.undo?.values() ?? []) {
      this.place(table, id, before);
    }
  }

  private remember(table: string, id: string): void {
    if (!this.undo) throw new Error(`A change of ${table} ${id} outside a transaction would not be durable`);
    const key = `${table}\n${id}`;
    if (this.undo.has(key)) return;
    const entry = this.tables.get(table)?.get(id);
    this.undo.set(key, { table, id, before: entry && { sequence: entry.sequence, value: structuredClone(entry.value) } });
  }

  private place(table: string, id: string, entry: Entry | undefined): void {
    const parentsOf = PARENTS[table];
    const known = this.tables.get(table)?.get(id);
    if (parentsOf && known) for (const parent of parentsOf(known.value)) this.index.get(`${table}\n${parent}`)?.delete(id);
    if (!entry) {
      this.tables.get(table)?.delete(id);
      return;
    }
    this.table(table).set(id, entry);
    for (const parent of parentsOf?.(entry.value) ?? []) {
      const key = `${table}\n${parent}`;
      const ids = this.index.get(key);
      if (ids) ids.add(id);
      else this.index.set(key, new Set([id]));
    }
  }

  private table(name: string): Map<string, Entry> {
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, (table = new Map()));
    return table;
  }
}

/** Parents by which rows are found without reading the whole table. They never change once a row exists. */
const PARENTS: Record<string, (value: unknown) => string[]> = {
  line_item: (value) => {
    const line = value as { invoice: string; parent: { invoice_item_details: { invoice_item: string } } };
    return [line.invoice, line.parent.invoice_item_details.invoice_item];
  },
  invoice_payment: (value) => {
    const payment = value as { invoice: string; payment: { payment_intent?: string } };
    return [payment.invoice, payment.payment.payment_intent ?? ''];
  },
  refund: (value) => [(value as { charge: string }).charge],
  charge: (value) => [(value as { payment_intent: string }).payment_intent],
  invoice: (value) => [(value as { customer: string }).customer],
  dispute: (value) => [(value as { charge: string }).charge],
  credit_note: (value) => [(value as { invoice: string }).invoice],
  customer_balance_transaction: (value) => [(value as { customer: string }).customer],
};

/** Rows nearly always lie in the order they were made; only an undone removal disturbs it. */
function newestFirst(entries: Entry[]): Entry[] {
  const isOrdered = entries.every((entry, index) => index === 0 || (entries[index - 1]?.sequence ?? 0) < entry.sequence);
  return isOrdered ? entries.reverse() : entries.sort((a, b) => b.sequence - a.sequence);
}
