import { vi } from 'vitest';

const named = (name: string): DOMException => new DOMException(`${name} injected`, name);

/** Every `put` into `table` fails at once, from the n-th on, as a full disk answers a request. */
export function failPuts(table: string, from: number, name = 'QuotaExceededError'): void {
  let count = 0;
  const put = Reflect.get<IDBObjectStore, 'put'>(IDBObjectStore.prototype, 'put');
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args: Parameters<IDBObjectStore['put']>
  ) {
    if (this.name === table && ++count >= from) throw named(name);
    return Reflect.apply(put, this, args);
  });
}

/** Transactions on `table` that write take all requests, then fail when they should be written. */
export function failCommits(table: string, name = 'QuotaExceededError'): void {
  const begin = Reflect.get<IDBDatabase, 'transaction'>(IDBDatabase.prototype, 'transaction');
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
    this: IDBDatabase,
    ...args: Parameters<IDBDatabase['transaction']>
  ) {
    const transaction = Reflect.apply(begin, this, args);
    if (args[1] === 'readwrite' && transaction.objectStoreNames.contains(table)) {
      abortAtLastPut(transaction, named(name));
    }
    return transaction;
  });
}

/** The row of a run is put last: by then all of a save has been asked for. */
function abortAtLastPut(transaction: IDBTransaction, error: DOMException): void {
  const store = transaction.objectStore('runs');
  const put = store.put.bind(store);
  store.put = (value: unknown, key?: IDBValidKey) => {
    const request = put(value, key);
    request.addEventListener('success', () => {
      Object.defineProperty(transaction, 'error', { value: error });
      transaction.abort();
    });
    return request;
  };
}
