// Recordings that the server does not have yet: they outlive the page, until it has them or they are thrown away.

const FLAG = "parley:recordings"; // voice.js looks at it, so that a page with none asks for nothing
const LONGEST = 7 * 24 * 3600 * 1000; // ms that one is kept
const memory = new Map(); // where the browser keeps nothing, as in some private windows

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("parley", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("recordings", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(mode, ask) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("recordings", mode);
      const asked = ask(transaction.objectStore("recordings"));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

// A recording is {id, place, blob, seconds, levels, at}; `place` is whose it is and in which conversation. One whose
// transcript is looked over has {transcript, url, typed, agent} in `heard`.
export async function keep(recording) {
  memory.set(recording.id, recording);
  try {
    await inStore("readwrite", (store) => store.put(recording));
    localStorage.setItem(FLAG, "1");
  } catch {
    // It is in memory, for as long as the page is open.
  }
}

export async function forget(id) {
  memory.delete(id);
  try {
    await inStore("readwrite", (store) => store.delete(id));
    if (!(await inStore("readonly", (store) => store.count()))) localStorage.removeItem(FLAG);
  } catch {
    // Nothing was kept.
  }
}

export async function keptFor(place) {
  let all;
  try {
    all = await inStore("readonly", (store) => store.getAll());
  } catch {
    all = [...memory.values()];
  }
  const tooOld = all.filter(({ at }) => at < Date.now() - LONGEST);
  for (const { id } of tooOld) await forget(id);
  return all.filter((one) => one.place === place && !tooOld.includes(one));
}
