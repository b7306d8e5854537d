import { vi } from 'vitest';

const named = (name: string): DOMException => new DOMException(`${name} injected`, name);

/** Every `put` into `table` fails from the n-th on, as on a full disk. */
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

/** Write transactions on `table` accept all requests, then fail on commit. */
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

/** The row of a run is put last, after all other requests of a save. */
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
